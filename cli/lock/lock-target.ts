import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { LEAD_NODE } from "../../infra/oracle/node-names.ts";
import { LOCAL_ENGINE } from "../../infra/swarm/engine-api.ts";
import { readPulumi } from "../run-pulumi.ts";

/** The engine that a stack runs on, as in DOCKER_HOST, and the start of its names there. */
export type LockTarget = { host: string; namePrefix: string };

type Resource = { urn: string; type: string; inputs?: { host?: string } };
type Checkpoint = { deployment?: { resources?: Resource[] } | null };

/** In the state while the engine's machine has its data and is a swarm: the one goes with the volume, the other with the machine. */
const MACHINE_STEPS = ["data-attachment", `${LEAD_NODE}-swarm`];

const INSTANCE = "oci:Core/instance:Instance";

const resourcesIn = (text: string) => (JSON.parse(text) as Checkpoint).deployment?.resources ?? [];

/** Whether the JSON text of a stack's state has a machine, be it only half made. */
export function hasInstance(text: string): boolean {
  return resourcesIn(text).some(({ type }) => type === INSTANCE);
}

/**
 * The engine's address in the JSON text of a stack's state; undefined before the first `up`, and where a machine is only
 * half made: what is there has no engine yet, and only an `up` gives it one.
 */
export function engineInState(text: string): string | undefined {
  const resources = resourcesIn(text);
  const names = new Set(resources.map(({ urn }) => urn.split("::").at(-1)));
  const hasMachines = resources.some(({ type }) => type === INSTANCE || type === "oci:Core/volume:Volume");
  if (hasMachines && !MACHINE_STEPS.every((name) => names.has(name))) return undefined;
  return resources.find(({ type }) => type === "pulumi:providers:docker")?.inputs?.host;
}

/** The engine that this machine's own stack runs on. */
export function localEngine(environment: NodeJS.ProcessEnv): string {
  return environment.DOCKER_HOST || LOCAL_ENGINE;
}

async function prefixOf(root: string, stack: string): Promise<string | undefined> {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const settings = parse(await readFile(file, "utf8")) as { config?: Record<string, unknown> } | null;
  const prefix = settings?.config?.["slipway:namePrefix"];
  return typeof prefix === "string" ? prefix : undefined;
}

/** A stack that was never made has no state. Any other whose state cannot be read may have an engine, and a lock there. */
function unlessNoStack(error: Error): string {
  if (/no stack named/i.test(error.message)) return "{}";
  throw error;
}

/** The JSON text of a stack's state; an empty one for a stack that was never made. */
export function stateText(root: string, stack: string): Promise<string> {
  return readPulumi({ root, stack }, ["stack", "export"]).catch(unlessNoStack);
}

/**
 * Where a stack is: on this machine's engine for the local one, on the one that its state names for any other.
 * Undefined for a stack that has no engine, or none yet.
 */
export async function lockTarget(
  root: string,
  stack: string,
  environment: NodeJS.ProcessEnv,
): Promise<LockTarget | undefined> {
  const namePrefix = await prefixOf(root, stack);
  if (!namePrefix) return undefined;
  if (stack === "local") return { host: localEngine(environment), namePrefix };
  const host = engineInState(await stateText(root, stack));
  return host ? { host, namePrefix } : undefined;
}
