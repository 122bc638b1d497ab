import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { createJobArguments, jobState, jobTasksArguments } from "../../infra/swarm/job-command.ts";
import { removeJob, removeLeftJobs } from "../left-jobs.ts";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { jobOfService, type ServiceSpec } from "./job-of-service.ts";

/** The program ended badly; it says why. */
export class BackupFailed extends OperatorError {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Does the work of a verb. With `--json` a failure of the program is told as JSON too. Returns the exit code. */
export async function toldFailure(json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!json || !(error instanceof BackupFailed)) throw error;
    process.stdout.write(`${JSON.stringify({ failed: error.reason, message: error.message })}\n`);
    return 1;
  }
}

/** As in infra/operations/backups: a restore of a hundred times what is common. */
const TIMEOUT_SECONDS = 6 * 3_600;
const START_MS_MAX = 120_000;
const POLL_MS = 1_000;
/** The engine may hand out a container's last lines a moment after its end. */
const RESULT_TRIES = 10;

async function serviceSpec({ docker, namePrefix, stack }: StackEngine): Promise<ServiceSpec> {
  const inspected = await docker(["service", "inspect", `${namePrefix}-backups`]).catch((error: Error) => {
    if (!/no such service|not found/i.test(error.message)) throw error;
    throw new OperatorError(
      `Stack ${stack} has no service that takes backups: bring it up (npx pulumi up --stack ${stack}) and try again.`,
    );
  });
  return (JSON.parse(inspected) as { Spec: ServiceSpec }[])[0]?.Spec as ServiceSpec;
}

/** Waits for the end of a job. Returns why it failed; undefined where it did not. Throws when interrupted. */
async function endOf(engine: StackEngine, name: string, interrupted: AbortSignal) {
  const began = performance.now();
  for (;;) {
    if (interrupted.aborted)
      throw new OperatorError("Interrupted, and stopped on the stack too. The same command starts it anew.");
    const lines = await engine.docker(jobTasksArguments({ name }));
    const state = jobState(lines);
    if (state.state === "complete") return undefined;
    if (state.state === "failed") return state.reason;
    const hasStarted = /"CurrentState":"Running/.test(lines);
    if (!hasStarted && performance.now() - began > START_MS_MAX) {
      const why = /"Error":"([^"]+)/.exec(lines)?.[1] ?? "no reason is given";
      throw new OperatorError(`No machine of the stack has started it within 2 minutes: ${why}`);
    }
    await sleep(POLL_MS);
  }
}

/** The program's last line of standard output, parsed; undefined where it wrote none, as when it was killed. */
async function resultOf({ env }: StackEngine, name: string): Promise<Record<string, unknown> | undefined> {
  for (let tries = 1; tries <= RESULT_TRIES; tries += 1) {
    const read = ["service", "logs", "--raw", name];
    const { stdout } = await execa("docker", read, { env, extendEnv: false, reject: false });
    const last = stdout.trim().split("\n").at(-1) ?? "";
    if (last.startsWith("{")) return JSON.parse(last);
    await sleep(POLL_MS / 2);
  }
  return undefined;
}

/** Hands on what a job says of its progress, as it says it. Returns what ends that. */
function showProgress({ env }: StackEngine, name: string): () => void {
  const child = execa("docker", ["service", "logs", "--raw", "--follow", name], {
    ...{ env, extendEnv: false, reject: false },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return () => void child.kill();
}

/**
 * Runs the backups' program on a stack's own machine, as a job that has all that the stack's service has. Its progress
 * goes to standard error. Returns its result. Throws a BackupFailed with its own words where it ends badly.
 */
export async function runBackupProgram<Result>(
  engine: StackEngine,
  args: readonly string[],
): Promise<Result> {
  const name = `${engine.namePrefix}-by-hand-${args[1]}-${randomBytes(3).toString("hex")}`;
  const job = jobOfService(await serviceSpec(engine), { name, args, timeoutSeconds: TIMEOUT_SECONDS });
  await removeLeftJobs(engine);
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, onSignal);
  try {
    await engine.docker(createJobArguments(job));
    const endProgress = showProgress(engine, name);
    const failure = await endOf(engine, name, interrupted.signal).finally(endProgress);
    const result = await resultOf(engine, name);
    if (result?.failed) throw new BackupFailed(String(result.failed), String(result.message));
    if (failure || !result) throw new BackupFailed("unforeseen", failure ?? "it ended without a result");
    return result as Result;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
    await removeJob(engine.docker, name);
  }
}
