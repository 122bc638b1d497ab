import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { jobState, jobTasksArguments } from "../../infra/swarm/job-command.ts";
import { type Clock, patient } from "../../infra/swarm/patient.ts";
import { OperatorError } from "../operator-error.ts";

export type EndOfJobArgs = {
  docker: Docker;
  name: string;
  timeoutSeconds: number;
  interrupted: AbortSignal;
  pause?: () => Promise<unknown>;
  now?: Clock;
};

const START_MS_MAX = 120_000;
const POLL_MS = 1_000;

function refuseLateStart(tasks: string): void {
  if (/"CurrentState":"Running/.test(tasks)) return;
  const why = /"Error":"([^"]+)/.exec(tasks)?.[1] ?? "no reason is given";
  throw new OperatorError(`No machine of the stack has started it within 2 minutes: ${why}`);
}

/**
 * Waits for the end of a job. Returns why it failed, that it takes too long included; undefined where it did not. An
 * engine that is out of reach for a moment ends nothing. Throws when interrupted.
 */
export async function endOfJob({
  docker,
  name,
  timeoutSeconds,
  interrupted,
  pause = () => sleep(POLL_MS),
  now = () => performance.now(),
}: EndOfJobArgs): Promise<string | undefined> {
  const began = now();
  const look = patient(() => docker(jobTasksArguments({ name })), now);
  for (; ; await pause()) {
    if (interrupted.aborted)
      throw new OperatorError("Interrupted, and stopped on the stack too. The same command starts it anew.");
    const tasks = await look();
    const state = jobState(tasks ?? "");
    if (state.state === "complete") return undefined;
    if (state.state === "failed") return state.reason;
    if (now() - began > timeoutSeconds * 1_000) return `not done within ${timeoutSeconds} s`;
    if (tasks !== undefined && now() - began > START_MS_MAX) refuseLateStart(tasks);
  }
}
