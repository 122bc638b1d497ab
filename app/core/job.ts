import type { ExecutorName } from "./executor.ts";
import type { TrainingParameters } from "./parameters.ts";

export const JOB_STATUSES = ["queued", "running", "succeeded", "failed", "canceled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export interface Job {
  readonly id: string;
  readonly status: JobStatus;
  readonly dataset_id: string;
  readonly base_model: string;
  readonly executor: ExecutorName;
  readonly parameters: TrainingParameters;
  /** 0–1. */
  readonly progress: number;
  /** 0 while it never ran. */
  readonly attempt: number;
  readonly error: string | null;
  readonly model_id: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly updated_at: string;
}

/** What can happen to a job, and where it leads. The SQL of `adapters/postgres` is tested against this table. */
export const JOB_TRANSITIONS = {
  claim: { from: ["queued"], to: "running" },
  succeed: { from: ["running"], to: "succeeded" },
  fail: { from: ["running"], to: "failed" },
  retry: { from: ["running"], to: "queued" },
  give_back: { from: ["running"], to: "queued" },
  cancel: { from: ["queued", "running"], to: "canceled" },
} as const satisfies Record<string, { from: readonly JobStatus[]; to: JobStatus }>;
export type JobEvent = keyof typeof JOB_TRANSITIONS;

/** The status after the event, or undefined when the event cannot happen in that status. */
export function nextStatus(status: JobStatus, event: JobEvent): JobStatus | undefined {
  const transition: { from: readonly JobStatus[]; to: JobStatus } = JOB_TRANSITIONS[event];
  return transition.from.includes(status) ? transition.to : undefined;
}

/** True when nothing can happen to the job any more. */
export function isTerminal(status: JobStatus): boolean {
  return Object.values(JOB_TRANSITIONS).every(
    (transition) => !(transition.from as readonly JobStatus[]).includes(status),
  );
}

/** Attempts of a job that fails for outside reasons. */
export const ATTEMPTS_MAX = 3;

/** Times a job may lose its worker (crash, power, network), no checkpoint in between, before it is taken to be the cause. */
export const INTERRUPTIONS_MAX = 10;

const RETRY_DELAY_FIRST_MS = 2_000;
const RETRY_DELAY_MAX_MS = 300_000;

/**
 * Wait before the next attempt, in ms: exponential with full jitter above the half, or what the outside asked for
 * when that is longer. `random` is 0–1.
 */
export function retryDelayMs(attempt: number, random: number, askedMs = 0): number {
  const full = Math.min(RETRY_DELAY_MAX_MS, RETRY_DELAY_FIRST_MS * 2 ** (attempt - 1));
  return Math.max(askedMs, Math.round(full / 2 + (full / 2) * random));
}
