import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { checkSettings, settingsError } from "../../infra/settings/parse-settings.ts";
import { lineOfSetting } from "../../infra/settings/yaml-line.ts";
import { findEngineFaults } from "../../infra/swarm/check-engine.ts";
import { CONTAINER_SECRETS, ContainerSettings } from "../../stacks/settings.ts";
import { LOCAL_SETTINGS } from "../local-settings.ts";
import { localEngine } from "../lock/lock-target.ts";
import { OperatorError } from "../operator-error.ts";
import { backupFindings } from "./backups.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";

const NAMESPACE = "slipway";

type Read = { settings?: ContainerSettings; findings: Finding[] };

/** The settings file's text: what it says, whether it is right, whether all secrets are there. */
export function settingsFindings(text: string): Read {
  const config = (parse(text) as { config?: Record<string, unknown> } | null)?.config ?? {};
  const own = Object.entries(config).map(
    ([key, value]) => [key.replace(`${NAMESPACE}:`, ""), value] as const,
  );
  const secrets: readonly string[] = CONTAINER_SECRETS;
  const present = new Set(own.map(([name]) => name));
  const missing = secrets.filter((name) => !present.has(name));
  const checked = checkSettings(
    ContainerSettings,
    Object.fromEntries(own.filter(([name]) => !secrets.includes(name))),
  );
  const kept =
    missing.length === 0
      ? ok("secrets", `all ${secrets.length} are there`)
      : warning("secrets", `missing: ${missing.join(", ")}; npm run up makes them`);
  if ("settings" in checked)
    return { settings: checked.settings, findings: [ok("settings", LOCAL_SETTINGS), kept] };
  const line = (path: readonly string[]) => lineOfSetting(text, NAMESPACE, path);
  const { faults } = settingsError(LOCAL_SETTINGS, checked.faults, line);
  return { findings: [...faults.map((each) => fault("settings", each)), kept] };
}

/** The ports and the registry of a stack with these settings. */
async function engineSideFindings({
  namePrefix: prefix,
  edge,
  registry,
}: ContainerSettings): Promise<Finding[]> {
  const ports = [
    { setting: "edge/httpPort", port: edge.httpPort },
    { setting: "registry/port", port: registry.port },
  ];
  const host = localEngine(process.env);
  const { faults, warnings } = await findEngineFaults(
    { host, scope: { prefix }, file: LOCAL_SETTINGS, ports },
    "local",
  );
  const found = [
    ...faults.map((each) => fault("stack", each)),
    ...warnings.map((each) => warning("stack", each)),
  ];
  return found.length > 0 ? found : [ok("ports", ports.map(({ port }) => port).join(" and "))];
}

/** Services as `docker service ls` prints them: `name running/wanted`. */
export function serviceFindings(lines: string): Finding[] {
  const services = lines
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" "));
  if (services.length === 0) return [warning("services", "none runs: npm run up")];
  const short = services.filter(([, replicas = ""]) => {
    const [running, wanted] = replicas.split("/").map(Number);
    return (running ?? 0) < (wanted ?? 0);
  });
  if (short.length === 0) return [ok("services", `all ${services.length} run`)];
  return short.map(([name, replicas]) =>
    fault(
      "services",
      `${name} runs ${replicas}: docker service ps --no-trunc ${name}, docker service logs ${name}`,
    ),
  );
}

async function runningServices({ namePrefix }: ContainerSettings): Promise<Finding[]> {
  const list = ["service", "ls", "--filter", `name=${namePrefix}-`, "--format", "{{.Name}} {{.Replicas}}"];
  const { failed, stdout } = await execa("docker", list, { reject: false });
  return failed ? [] : serviceFindings(stdout);
}

function passphraseFindings(root: string): Finding[] {
  const has = (path: string) => existsSync(join(root, ".slipway", path));
  if (process.env.PULUMI_BACKEND_URL) return [ok("state", "kept where PULUMI_BACKEND_URL says")];
  if (!has("state/.pulumi")) return [ok("state", "none yet")];
  if (has("passphrase") || process.env.PULUMI_CONFIG_PASSPHRASE_FILE)
    return [ok("state", ".slipway/state, with its passphrase")];
  return [
    fault(
      "state",
      ".slipway/passphrase is gone, and the secrets in Pulumi.local.yaml cannot be read without it: put it back, or set PULUMI_CONFIG_PASSPHRASE_FILE",
    ),
  ];
}

/** Looks at the local stack: settings, secrets, state, ports, services. */
export async function stackFindings(root: string): Promise<Finding[]> {
  const file = join(root, LOCAL_SETTINGS);
  if (!existsSync(file)) return [warning("settings", `no ${LOCAL_SETTINGS} yet: npm run up makes it`)];
  const { settings, findings } = settingsFindings(await readText(file));
  const engineSide = settings
    ? [await engineSideFindings(settings), await runningServices(settings), await backupFindings(settings)]
    : [];
  return [...findings, ...passphraseFindings(root), ...engineSide.flat()];
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  try {
    parse(text);
    return text;
  } catch (error) {
    throw new OperatorError(`${LOCAL_SETTINGS}: not YAML: ${(error as Error).message}`);
  }
}
