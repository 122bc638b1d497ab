import type { Job } from "../api/client.ts";
import { percentText, pluralText } from "../text/number.ts";
import { Draught } from "../ui/draught.tsx";
import { Moment } from "../ui/moment.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { datasetName } from "./dataset-names.ts";
import { isActive } from "./job-status.ts";

/** One job in a list. */
export function JobRow({ job }: { job: Job }) {
  const name = datasetName(job.dataset_id);
  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" href={`/jobs/${job.id}`}>
          {name} <span class="row-title-rest">on {job.base_model}</span>
        </a>
        {job.status === "failed" && job.error && <p class="row-note row-note-bad">{job.error}</p>}
        {isActive(job) && (
          <p class="row-progress">
            <Draught share={job.progress} label={`Progress of ${name}`} isMoving={job.status === "running"} />
            <span class="figure" aria-hidden="true">
              {percentText(job.progress)}
            </span>
          </p>
        )}
      </div>
      <p class="row-facts">
        <span>{job.executor}</span>
        <span>{pluralText(job.parameters.epochs, "epoch")}</span>
        <Moment time={job.created_at} />
      </p>
      <StatusBadge status={job.status} />
    </li>
  );
}
