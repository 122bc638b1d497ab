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
import { lastLines } from "./last-lines.ts";
import { patient } from "./patient.ts";

/** A job ended badly; its message says why. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
  /** As the engine tells it, or that it took too long. */
  readonly reason: string;
  /** The last lines that its container wrote. */
  readonly lines: string;

  constructor(job: string, reason: string, lines: string) {
    super(`${job} failed: ${reason}. Its last lines:\n${lines}`);
    this.reason = reason;
    this.lines = lines;
  }
}

const POLL_MS = 250;
const LOG_LINES = 30;

async function waitForEnd(job: JobSpec, run: Docker): Promise<JobState> {
  const deadline = Date.now() + job.timeoutSeconds * 1_000;
  // A network that fails for a moment ends no migration.
  const look = patient(() => run(jobTasksArguments(job)));
  while (Date.now() < deadline) {
    const lines = await look();
    const state: JobState = lines === undefined ? { state: "pending" } : jobState(lines);
    if (state.state !== "pending") return state;
    await sleep(POLL_MS);
  }
  return { state: "failed", reason: `not done within ${job.timeoutSeconds} s` };
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
 * Runs a job to its end and removes it, also one of the same name that an interrupted run has left. Resolves with the
 * last lines that it wrote. Rejects with a JobFailure when it fails or takes too long.
 */
export async function runJob(job: JobSpec, run: Docker = docker): Promise<string> {
  await remove(job, run);
  try {
    await run(createJobArguments(job));
    const end = await waitForEnd(job, run);
    const lines = await lastLines(job.name, LOG_LINES, run);
    if (end.state !== "failed") return lines;
    throw new JobFailure(job.name, end.reason, lines);
  } finally {
    // That it cannot be removed changes nothing about how it ended: the next run of its name does it.
    await remove(job, run).catch(() => {});
  }
}
