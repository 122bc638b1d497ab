import { json } from "node:stream/consumers";
import { type Docker, docker } from "../../swarm/docker-client.ts";
import { type CallEngine, engineAt } from "../../swarm/engine-call.ts";
import { DEPLOY_LOCK_VARIABLE, LOCK_BEFORE_LABEL } from "../../swarm/names.ts";
import type { GateEvidence } from "./manifest.ts";
import type { NotesArgs } from "./notes.ts";

/** What every gate of a release is told of it. */
export type ReleaseSpec = {
  /** The start of the stack's names on the engine. */
  prefix: string;
  stack: string;
  /** Stands for all that the release asks for. */
  key: string;
  /** How often the same is tried, by the settings. */
  attempt: number;
  /** What each service is asked to be, by its name on the engine. */
  services: Readonly<Record<string, string>>;
};

/** What a gate works with. */
export type GateContext<Spec> = {
  spec: Spec;
  release: ReleaseSpec;
  docker: Docker;
  call: CallEngine;
  notes: NotesArgs;
  /** Shows progress. */
  say(line: string): void;
};

/** The engine's time, in ms. */
export async function engineTime({ call }: Pick<GateContext<unknown>, "call">): Promise<number> {
  return (await call({ method: "GET", path: "/_ping" })).now;
}

export type Gate<Spec> = (context: GateContext<Spec>) => Promise<GateEvidence | undefined>;

/** What is wrong, said in full: nothing is to be added. */
export class GateError extends Error {
  override readonly name = "GateError";
}

/** What a killed run has started lives for so long at most. */
const LOCK_LOOK_MS = 1_000;

/**
 * Ends this process when the deploy lock that it works under is gone: its run was killed, and the next one, which has
 * the lock now, must find nobody else at work.
 */
function endWithLock(call: CallEngine, lock: string | undefined): void {
  if (!lock) return;
  const look = async () => {
    if (await isLockGone(call, lock)) process.exit(1);
  };
  setInterval(() => void look().catch(() => {}), LOCK_LOOK_MS).unref();
}

/** Whether an engine that answers has neither a lock nor the one that was taken in its place on a new machine. */
export async function isLockGone(call: CallEngine, lock: string): Promise<boolean> {
  if ((await call({ method: "GET", path: `/configs/${lock}` })).status !== 404) return false;
  const filters = encodeURIComponent(JSON.stringify({ label: [`${LOCK_BEFORE_LABEL}=${lock}`] }));
  const { status, body } = await call({ method: "GET", path: `/configs?filters=${filters}` });
  return status === 200 && (body as unknown[]).length === 0;
}

/** Runs a gate as a process: its specification comes on standard input, its evidence goes to standard output. */
export async function runGate<Spec>(gate: Gate<Spec>): Promise<void> {
  try {
    const { release, spec } = (await json(process.stdin)) as { release: ReleaseSpec; spec: Spec };
    const call = engineAt(process.env.DOCKER_HOST ?? "");
    endWithLock(call, process.env[DEPLOY_LOCK_VARIABLE]);
    const evidence = await gate({
      ...{ spec, release, docker, call },
      notes: { prefix: release.prefix, docker },
      say: (line) => process.stderr.write(`${line}\n`),
    });
    if (evidence) process.stdout.write(`${JSON.stringify(evidence)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
