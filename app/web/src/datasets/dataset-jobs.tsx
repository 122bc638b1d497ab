import { api, dataOf } from "../api/client.ts";
import { usePaged } from "../api/paged.ts";
import { JobRow } from "../jobs/job-row.tsx";
import { isActive } from "../jobs/job-status.ts";
import { More } from "../ui/more.tsx";
import { Loaded } from "../ui/states.tsx";

const LIVE_MS = 4_000;

/** The jobs that read a dataset. */
export function DatasetJobs({ id }: { id: string }) {
  const jobs = usePaged(
    `jobs of ${id}`,
    (query, signal) =>
      dataOf(api.GET("/api/v1/jobs", { params: { query: { ...query, dataset_id: id } }, signal })),
    (page) => (page?.items.some(isActive) ? LIVE_MS : undefined),
  );
  return (
    <section aria-labelledby="dataset-jobs">
      <h2 id="dataset-jobs">Jobs on this dataset</h2>
      <Loaded query={jobs} what="jobs">
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 && <p class="faint">None yet.</p>}
            <ul class="rows">
              {items.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </ul>
            <More hasMore={next_cursor !== null} isBusy={jobs.isGrowing} onMore={jobs.showMore} />
          </>
        )}
      </Loaded>
    </section>
  );
}
