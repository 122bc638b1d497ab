import { execa } from "execa";
import { type Finding, fault, ok } from "./finding.ts";

/** The port of the service's metrics, as in infra/operations/backups. */
const METRICS_URL = "http://127.0.0.1:9187/metrics";

function figure(metrics: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name} (\\S+)$`, "m").exec(metrics) ?? [];
  return value === undefined ? undefined : Number(value);
}

/** What the service's metrics tell of the archive of the database's log. Nothing where there is none. */
export function archiveFindings(metrics: string): Finding[] {
  const isFailing = figure(metrics, "backup_log_failing");
  if (isFailing === undefined) return [];
  if (isFailing === 0) return [ok("archive", "the database's log is archived")];
  const megabytes = Math.ceil((figure(metrics, "backup_log_bytes") ?? 0) / 1e6);
  const text = `the database's log is not archived, takes ${megabytes} MB of its disk and grows: npx slipway backup list says more, docs/backups.md what to do`;
  return [fault("archive", text)];
}

/** Asks the stack's backup service. Nothing is found where it does not run, which is said elsewhere. */
export async function backupFindings({ namePrefix }: { namePrefix: string }): Promise<Finding[]> {
  const filter = `label=com.docker.swarm.service.name=${namePrefix}-backups`;
  const { stdout: ids } = await execa("docker", ["ps", "--quiet", "--filter", filter], { reject: false });
  const [id] = (ids ?? "").split("\n").filter(Boolean);
  if (!id) return [];
  const read = ["exec", id, "wget", "-q", "-O", "-", METRICS_URL];
  const { stdout } = await execa("docker", read, { reject: false });
  return archiveFindings(stdout ?? "");
}
