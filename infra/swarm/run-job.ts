import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { type Docker, docker } from "./docker-client.ts";
import {
  createJobArguments,
  type JobSpec,
  type JobState,
  jobLabelFilter,
  jobState,
  jobTasksArguments,
} from "./job-command.ts";

const POLL_MS = 250;
const LOG_LINES = 30;

async function waitForEnd(job: JobSpec, run: Docker): Promise<JobState> {
  const deadline = Date.now() + job.timeoutSeconds * 1_000;
  while (Date.now() < deadline) {
    const state = jobState(await run(jobTasksArguments(job)));
    if (state.state !== "pending") return state;
    await sleep(POLL_MS);
  }
  return { state: "failed", reason: `not done within ${job.timeoutSeconds} s` };
}

/** The last lines that the job's container wrote; it is gone when the job is. */
async function lastLines({ name }: JobSpec, run: Docker): Promise<string> {
  return run(["service", "logs", "--raw", "--tail", `${LOG_LINES}`, name]).catch(
    (error: Error) => `(its log cannot be read: ${error.message})`,
  );
}

/** Lets an error pass that says that the thing to remove is gone, or going. */
function unlessGone(error: Error): string {
  if (/not found|no such|already in progress/i.test(error.message)) return "";
  throw error;
}

/** Removes a job and its containers, which Swarm keeps when their job is done; that there are none is no error. */
async function remove({ name }: JobSpec, run: Docker): Promise<void> {
  await run(["service", "rm", name]).catch(unlessGone);
  const found = await run(["container", "ls", "--all", "--quiet", "--filter", jobLabelFilter({ name })]);
  const containers = found.split("\n").filter(Boolean);
  if (containers.length > 0) await run(["container", "rm", "--force", ...containers]).catch(unlessGone);
}

/**
 * Runs a job to its end and removes it, also one of the same name that an interrupted run has left. Rejects with the
 * reason and the last lines of the container's log when it fails or takes too long.
 */
export async function runJob(job: JobSpec, run: Docker = docker): Promise<void> {
  await remove(job, run);
  try {
    await run(createJobArguments(job));
    const end = await waitForEnd(job, run);
    if (end.state !== "failed") return;
    throw new Error(`${job.name} failed: ${end.reason}. Its last lines:\n${await lastLines(job, run)}`);
  } finally {
    await remove(job, run);
  }
}

if (import.meta.main) {
  try {
    await runJob((await json(process.stdin)) as JobSpec);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
