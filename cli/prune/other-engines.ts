import { type Docker, dockerWith } from "../../infra/swarm/docker-client.ts";
import type { StackEngine } from "../stack-engine.ts";

/** How a machine of the stack is reached: user, and its name as the stack's SSH files have it. */
const OVER_SSH = /^(ssh:\/\/[^@]+@)([^:/]+)$/;

/** The names of the swarm's other machines that are up, from what the first one, of that name, lists of all. */
export function othersUp(listed: string, first: string): string[] {
  const machines = listed.split("\n").map((line) => line.trim().split(" "));
  return machines.flatMap(([name, status]) => (name && name !== first && status === "Ready" ? [name] : []));
}

/** The engines of a stack's other machines. A machine that is down is left out: it has nobody who would prune it. */
export async function otherEngines({ host, env, docker }: Omit<StackEngine, "stack">): Promise<Docker[]> {
  const [, start, first] = OVER_SSH.exec(host) ?? [];
  if (!start || !first) return [];
  const listed = await docker(["node", "ls", "--format", "{{.Hostname}} {{.Status}}"]);
  return othersUp(listed, first).map((name) => dockerWith({ ...env, DOCKER_HOST: start + name }));
}
