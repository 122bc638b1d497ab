import { api, dataOf } from "../api/client.ts";
import { usePaged } from "../api/paged.ts";
import { address } from "../shell/location.ts";
import { Icon } from "../ui/icon.tsx";
import { More } from "../ui/more.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { JobFilter, parseStatus } from "./job-filter.tsx";
import { JobRow } from "./job-row.tsx";
import { isActive } from "./job-status.ts";

const LIVE_MS = 3_000;
const IDLE_MS = 10_000;

/** All jobs, newest first, kept current. */
export function JobList() {
  const status = parseStatus(address.value.search);
  const jobs = usePaged(
    `jobs ${status ?? "all"}`,
    (range, signal) => {
      const query = { ...range, ...(status ? { status } : {}) };
      return dataOf(api.GET("/api/v1/jobs", { params: { query }, signal }));
    },
    (page) => (page?.items.some(isActive) ? LIVE_MS : IDLE_MS),
  );
  return (
    <>
      <PageHead title="Jobs" lead="Each job trains a model on a dataset.">
        <a class="button button-main" href="/jobs/new">
          <Icon name="plus" />
          New job
        </a>
      </PageHead>
      {(status || jobs.data?.items.length !== 0) && <JobFilter status={status} />}
      <Loaded query={jobs} what="jobs">
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 && (status ? <NoneOf status={status} /> : <FirstSteps />)}
            <ul class="rows">
              {items.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </ul>
            <More hasMore={next_cursor !== null} isBusy={jobs.isGrowing} onMore={jobs.showMore} />
          </>
        )}
      </Loaded>
    </>
  );
}

function NoneOf({ status }: { status: string }) {
  return (
    <Empty icon="job" title={`No ${status} job`}>
      <a class="button" href="/jobs">
        Show all jobs
      </a>
    </Empty>
  );
}
