import type { Docker } from "../../swarm/docker-client.ts";
import { STACK_LABEL } from "../../swarm/names.ts";
import {
  chainFaults,
  manifestText,
  type RecordedRelease,
  ReleaseManifest,
  releaseConfigName,
  releaseNumber,
} from "./manifest.ts";

/** So many releases can be gone back to; the record of an older one is removed. */
export const RELEASES_KEPT = 20;

/** The releases of a stack as its engine has them, the oldest first, and what is wrong with the records. */
export type Ledger = { releases: readonly RecordedRelease[]; faults: readonly string[] };

type Config = { Spec: { Name: string; Data: string } };

/** Names of all configs of a stack's releases, the oldest first. */
async function recordNames(prefix: string, docker: Docker): Promise<string[]> {
  const listed = await docker([
    ...["config", "ls", "--filter", `name=${prefix}-release-`, "--format", "{{.Name}}"],
  ]);
  return listed
    .split("\n")
    .filter((name) => releaseNumber(prefix, name) !== undefined)
    .sort();
}

function parsed({ Spec }: Config): RecordedRelease | string {
  const text = Buffer.from(Spec.Data, "base64").toString("utf8");
  try {
    return { manifest: ReleaseManifest.parse(JSON.parse(text)), text };
  } catch {
    return `${Spec.Name} cannot be read as the record of a release`;
  }
}

/** Reads a stack's ledger from the engine, and checks that no record was changed or lost. */
export async function readLedger(prefix: string, docker: Docker): Promise<Ledger> {
  const names = await recordNames(prefix, docker);
  if (names.length === 0) return { releases: [], faults: [] };
  const configs = JSON.parse(await docker(["config", "inspect", ...names])) as Config[];
  const read = configs.sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1)).map(parsed);
  const releases = read.filter((record) => typeof record !== "string");
  const unreadable = read.filter((record) => typeof record === "string");
  return { releases, faults: [...unreadable, ...chainFaults(releases)] };
}

/** Writes a release's record, and removes those that are too old. Rejects where the number is taken. */
export async function recordRelease(
  prefix: string,
  manifest: ReleaseManifest,
  docker: Docker,
): Promise<void> {
  const name = releaseConfigName(prefix, manifest.number);
  const create = ["config", "create", "--label", `${STACK_LABEL}=${prefix}`, name, "-"];
  await docker(create, manifestText(ReleaseManifest.parse(manifest)));
  const old = (await recordNames(prefix, docker)).slice(0, -RELEASES_KEPT);
  if (old.length > 0) await docker(["config", "rm", ...old]);
}
