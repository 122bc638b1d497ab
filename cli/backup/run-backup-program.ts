import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { createJobArguments } from "../../infra/swarm/job-command.ts";
import { answered } from "../../infra/swarm/patient.ts";
import { removeJob, removeLeftJobs } from "../left-jobs.ts";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { endOfJob } from "./end-of-job.ts";
import { jobOfService, type ServiceSpec } from "./job-of-service.ts";

/** The program ended badly and says why, or there is none. */
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
const RESULT_POLL_MS = 500;
const READ_MS_MAX = 30_000;
/** The engine may hand out a container's last lines a moment after its end. */
const RESULT_TRIES = 10;

async function serviceSpec({ docker, namePrefix, stack }: StackEngine): Promise<ServiceSpec> {
  const inspected = await docker(["service", "inspect", `${namePrefix}-backups`]).catch((error: Error) => {
    if (!/no such service|not found/i.test(error.message)) throw error;
    throw new BackupFailed(
      "no-service",
      `Stack ${stack} has no service that takes backups: bring it up (npx pulumi up --stack ${stack}) and try again.`,
    );
  });
  return (JSON.parse(inspected) as { Spec: ServiceSpec }[])[0]?.Spec as ServiceSpec;
}

/** The program's last line of standard output, parsed; undefined where it wrote none, as when it was killed. */
async function resultOf({ env }: StackEngine, name: string): Promise<Record<string, unknown> | undefined> {
  const read = ["service", "logs", "--raw", name];
  // An engine that does not tell it any more has told nothing.
  const ask = () => answered(() => execa("docker", read, { env, extendEnv: false, timeout: READ_MS_MAX }));
  for (let tries = 1; tries <= RESULT_TRIES; tries += 1) {
    const answer = await ask().catch(() => undefined);
    if (!answer) return undefined;
    const last = answer.stdout.trim().split("\n").at(-1) ?? "";
    if (last.startsWith("{")) return JSON.parse(last);
    await sleep(RESULT_POLL_MS);
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
 * goes to standard error. Returns its result. Throws a BackupFailed with its own words where it ends badly,
 * and with the reason `no-service` where the stack has none.
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
    const waited = { docker: engine.docker, name, timeoutSeconds: TIMEOUT_SECONDS };
    const failure = await endOfJob({ ...waited, interrupted: interrupted.signal }).finally(endProgress);
    const result = await resultOf(engine, name);
    if (result?.failed) throw new BackupFailed(String(result.failed), String(result.message));
    if (failure || !result) throw new BackupFailed("unforeseen", failure ?? "it ended without a result");
    return result as Result;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
    await removeJob(engine.docker, name).catch((error) => {
      // That it cannot be removed changes nothing about how it ended: the next one does it.
      if (interrupted.signal.aborted) throw error;
    });
  }
}
