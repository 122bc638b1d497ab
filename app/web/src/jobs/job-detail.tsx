import { type Signal, useSignal } from "@preact/signals";
import { api, dataOf, type Job } from "../api/client.ts";
import { useQuery } from "../api/query.ts";
import { PageHead } from "../ui/page-head.tsx";
import { Loaded } from "../ui/states.tsx";
import { datasetName } from "./dataset-names.ts";
import { JobActions } from "./job-actions.tsx";
import { JobFacts } from "./job-facts.tsx";
import { JobProgress } from "./job-progress.tsx";
import { isActive } from "./job-status.ts";
import { useLiveLog } from "./live-log.ts";
import { LogView } from "./log-view.tsx";
import { readLosses } from "./loss.ts";
import { LossChart } from "./loss-chart.tsx";
import { useSpokenNews } from "./spoken-news.ts";

const ABOVE = { label: "Jobs", to: "/jobs" };
const REFRESH_MS = 5_000;

/** One job: how far it is, what it writes, what came of it. */
export function JobDetail({ id }: { id: string }) {
  const query = useQuery(
    `job ${id}`,
    (signal) => dataOf(api.GET("/api/v1/jobs/{id}", { params: { path: { id } }, signal })),
    (found) => (found && isActive(found) ? REFRESH_MS : undefined),
  );
  const told = useSignal<Job | undefined>(undefined);
  const job = query.data && newer(query.data, told.value);
  // One heading from the first to the last: it has the focus when one comes here, and must keep it.
  return (
    <>
      <PageHead
        title={job ? datasetName(job.dataset_id) : "Job"}
        above={ABOVE}
        lead={job && `Job on ${job.base_model}`}
      >
        {job && <JobActions job={job} onChange={query.refresh} />}
      </PageHead>
      <Loaded query={query} what="the job">
        {() => job && <LiveJob job={job} told={told} />}
      </Loaded>
    </>
  );
}

function LiveJob({ job, told }: { job: Job; told: Signal<Job | undefined> }) {
  const log = useLiveLog(job.id, told);
  const entries = log.entries.value;
  const losses = readLosses(entries.map(({ message }) => message));
  useSpokenNews(job, losses, entries);
  return (
    <>
      <JobProgress job={job} />
      <div class="job-columns">
        <div>
          <LossChart losses={losses} />
          <LogView job={job} log={log} />
        </div>
        <JobFacts job={job} />
      </div>
    </>
  );
}

/** The later of two views of a job: the stream and the poll may overtake each other. */
function newer(read: Job, streamed: Job | undefined): Job {
  return streamed && Date.parse(streamed.updated_at) >= Date.parse(read.updated_at) ? streamed : read;
}
