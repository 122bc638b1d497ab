import type { JobStatus } from "../api/client.ts";
import { JOB_STATUSES } from "./job-status.ts";

/** Links that narrow the list to a status; the address keeps the choice. */
export function JobFilter({ status }: { status: JobStatus | undefined }) {
  return (
    <nav class="filter" aria-label="Filter by status">
      <ul>
        <li>
          <a href="/jobs" aria-current={status === undefined ? "true" : undefined}>
            all
          </a>
        </li>
        {JOB_STATUSES.map((value) => (
          <li key={value}>
            <a href={`/jobs?status=${value}`} aria-current={status === value ? "true" : undefined}>
              {value}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The status an address asks for, when it is one. */
export function parseStatus(search: string): JobStatus | undefined {
  const wanted = new URLSearchParams(search).get("status");
  return JOB_STATUSES.find((status) => status === wanted);
}
