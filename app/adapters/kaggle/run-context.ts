import type { ExecutorContext, ExecutorJob } from "../../core/executor.ts";
import type { KaggleClient } from "./client.ts";
import { type RetryContext, withRetries } from "./retry.ts";
import type { KaggleTimings } from "./settings.ts";

/** What every step of one run works with. */
export interface RunContext extends RetryContext {
  readonly client: KaggleClient;
  readonly timings: KaggleTimings;
  readonly job: ExecutorJob;
  readonly context: ExecutorContext;
  /** The account that owns datasets and kernels. */
  readonly owner: string;
}

/** What a call needs that concerns no job. */
export type Access = Omit<RunContext, "owner" | "job" | "context">;

/** A call that may be made twice without harm, tried until it works or there is no use. */
export async function callAgain<Answer>(run: Access, method: string, body: object) {
  const { signal, timings } = run;
  return await withRetries(run, () =>
    run.client.call<Answer>(method, body, { signal, timeoutMs: timings.requestTimeoutMs }),
  );
}
