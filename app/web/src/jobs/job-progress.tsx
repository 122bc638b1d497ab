import type { Job } from "../api/client.ts";
import { percentText } from "../text/number.ts";
import { durationText } from "../text/time.ts";
import { Draught } from "../ui/draught.tsx";
import { Icon } from "../ui/icon.tsx";
import { nowMs } from "../ui/moment.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { describeJob, isActive, runtimeMs } from "./job-status.ts";

/** How far a job is, at a glance. */
export function JobProgress({ job }: { job: Job }) {
  const ranMs = runtimeMs(job, nowMs.value);
  return (
    <section class="job-progress" aria-label="Progress" data-status={job.status}>
      <p class="job-figure" aria-hidden="true">
        {percentText(job.progress)}
      </p>
      <div class="job-progress-words">
        <StatusBadge status={job.status} />
        <p>
          {describeJob(job)}
          {ranMs !== undefined && ranMs >= 1_000 && <span class="faint"> · {durationText(ranMs)}</span>}
        </p>
      </div>
      <Draught share={job.progress} label="Progress of this job" isMoving={isActive(job)} isLarge />
      {job.error && (
        <p class="job-error">
          <Icon name="warning" />
          {job.error}
        </p>
      )}
    </section>
  );
}
