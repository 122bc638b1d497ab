import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Job, LogEntry } from "../api/client.ts";
import { followLog } from "../api/follow-log.ts";
import type { ApiProblem } from "../api/problem.ts";

export interface LiveLog {
  readonly entries: Signal<readonly LogEntry[]>;
  /** Why the stream is down, while it is. */
  readonly problem: Signal<ApiProblem | undefined>;
}

/**
 * Follows a job's log while the view is shown. Entries that come together are shown together; `job` becomes the job as
 * the stream told it last.
 */
export function useLiveLog(jobId: string, job: Signal<Job | undefined>): LiveLog {
  const entries = useSignal<readonly LogEntry[]>([]);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    const waiting: LogEntry[] = [];
    const flush = () => {
      entries.value = [...entries.peek(), ...waiting.splice(0)];
    };
    entries.value = [];
    void followLog(
      jobId,
      {
        onEntry: (entry) => {
          if (waiting.push(entry) === 1) setTimeout(flush, 50);
        },
        onJob: (told) => {
          job.value = told;
        },
        onConnection: (told) => {
          problem.value = told;
        },
      },
      controller.signal,
    );
    return () => controller.abort();
  }, [jobId]);
  return { entries, problem };
}
