import { execa } from "execa";
import { STACK_LABEL } from "../infra/swarm/names.ts";

/** What a stack makes on an engine, in the order it can be removed; data volumes come last. */
export const KINDS = ["service", "container", "config", "secret", "network", "volume"] as const;
export type Kind = (typeof KINDS)[number];
export type EngineObject = { kind: Kind; name: string };

function listArguments(kind: Kind, namePrefix: string): string[] {
  const all = kind === "container" ? ["--all"] : [];
  const format = kind === "container" ? "{{.Names}}" : "{{.Name}}";
  // By label: another stack's prefix may begin with this one.
  return [kind, "ls", ...all, "--filter", `label=${STACK_LABEL}=${namePrefix}`, "--format", format];
}

async function list(kind: Kind, namePrefix: string): Promise<EngineObject[]> {
  const { failed, stdout, stderr } = await execa("docker", listArguments(kind, namePrefix), {
    reject: false,
  });
  // Without a swarm there is nothing that a swarm keeps.
  if (failed && /not a swarm manager/.test(stderr)) return [];
  if (failed) throw new Error(stderr);
  const names = stdout.split("\n").filter(Boolean);
  return names.map((name) => ({ kind, name }));
}

/** Everything on the engine, or all of some kinds, that carries a stack's label. */
export async function stackObjects(
  namePrefix: string,
  kinds: readonly Kind[] = KINDS,
): Promise<EngineObject[]> {
  const found: EngineObject[] = [];
  for (const kind of kinds) found.push(...(await list(kind, namePrefix)));
  return found;
}

/** Removes one object; that it is gone already is no error. */
export async function removeObject({ kind, name }: EngineObject): Promise<void> {
  const force = kind === "container" ? ["--force", "--volumes"] : [];
  const { failed, stderr } = await execa("docker", [kind, "rm", ...force, name], { reject: false });
  if (failed && !/no such|not found/i.test(stderr)) throw new Error(stderr);
}
