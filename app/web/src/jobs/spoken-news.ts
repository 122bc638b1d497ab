import { useEffect } from "preact/hooks";
import type { Job, LogEntry } from "../api/client.ts";
import { announce } from "../shell/announce.ts";
import { figureText, percentText } from "../text/number.ts";
import { describeJob, isActive } from "./job-status.ts";
import type { EpochLoss } from "./loss.ts";

/** Tells a screen reader how a job goes: each change of status, each quarter of the way, each warning; not each line. */
export function useSpokenNews(job: Job, losses: readonly EpochLoss[], entries: readonly LogEntry[]): void {
  useEffect(() => announce(newsOf(job, losses.at(-1))), [job.status, quartersDone(job)]);
  const warning = entries.findLast(({ level }) => level === "warn" || level === "error");
  useEffect(() => {
    if (warning && isActive(job)) announce(`The log warns: ${warning.message}`);
  }, [warning?.seq]);
}

export function quartersDone({ progress }: Pick<Job, "progress">): number {
  return Math.floor(progress * 4);
}

/** `Job running. Training, 50 % done, held-out loss 2.31.` */
export function newsOf(
  job: Pick<Job, "status" | "attempt" | "progress">,
  last: Pick<EpochLoss, "heldOut"> | undefined,
): string {
  const loss = last ? `, held-out loss ${figureText(last.heldOut)}` : "";
  const way = job.status === "running" && job.progress > 0 ? `, ${percentText(job.progress)} done` : "";
  return `Job ${job.status}. ${describeJob(job)}${way}${loss}.`;
}
