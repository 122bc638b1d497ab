import type { Job } from "../api/client.ts";
import { momentText } from "../text/time.ts";
import { Facts } from "../ui/facts.tsx";
import { datasetName } from "./dataset-names.ts";
import { PARAMETER_NAMES, PARAMETERS } from "./parameters.ts";

/** What a job was told and when things happened. */
export function JobFacts({ job }: { job: Job }) {
  const { created_at, started_at, finished_at } = job;
  return (
    <aside class="panel job-facts" aria-label="About this job">
      <Facts
        items={[
          [
            "Dataset",
            <a key="dataset" href={`/datasets/${job.dataset_id}`}>
              {datasetName(job.dataset_id)}
            </a>,
          ],
          ["Base model", job.base_model],
          ["Executor", job.executor],
          ["Attempt", job.attempt === 0 ? "–" : job.attempt],
          ...PARAMETER_NAMES.map((name) => [PARAMETERS[name].label, job.parameters[name]] as const),
          ["Queued", momentText(created_at)],
          ["Started", started_at === null ? "–" : momentText(started_at)],
          ["Finished", finished_at === null ? "–" : momentText(finished_at)],
        ]}
      />
    </aside>
  );
}
