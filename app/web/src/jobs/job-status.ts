import type { Job, JobStatus } from "../api/client.ts";

export const JOB_STATUSES = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "canceled",
] as const satisfies readonly JobStatus[];

/** True while something can still happen to the job. */
export function isActive({ status }: Pick<Job, "status">): boolean {
  return status === "queued" || status === "running";
}

/** What the job waits for or came to, as a sentence. */
export function describeJob({
  status,
  attempt,
  progress,
}: Pick<Job, "status" | "attempt" | "progress">): string {
  if (status === "queued" && attempt > 0) return "Waiting for its next attempt";
  if (status === "queued") return "Waiting for a worker";
  if (status === "running") return progress === 0 ? "A worker is getting ready" : "Training";
  return { succeeded: "The model is ready", failed: "Ended with an error", canceled: "Canceled" }[status];
}

/** How long it ran, in ms, to its end or up to now; undefined when it never began. */
export function runtimeMs(
  { started_at, finished_at }: Pick<Job, "started_at" | "finished_at">,
  nowMs: number,
): number | undefined {
  if (started_at === null) return undefined;
  return Math.max(0, (finished_at === null ? nowMs : Date.parse(finished_at)) - Date.parse(started_at));
}
