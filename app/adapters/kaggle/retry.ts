import { KaggleError } from "./kaggle-error.ts";
import type { KaggleTimings } from "./settings.ts";
import { backoffMs, waitMs } from "./wait.ts";

export interface RetryContext {
  readonly signal: AbortSignal;
  readonly timings: KaggleTimings;
  readonly note: (message: string) => void;
}

/** Tries again what may be done twice, while the trouble is a passing one. Honours Retry-After. */
export async function withRetries<Result>(
  context: RetryContext,
  operation: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await operation();
    } catch (error) {
      await waitBeforeRetry(context, error, tries);
    }
  }
}

/** Waits as the error and the number of tries ask for; throws the error when there is no use in trying again. */
export async function waitBeforeRetry(context: RetryContext, error: unknown, tries: number): Promise<void> {
  const { timings, signal, note } = context;
  signal.throwIfAborted();
  if (!(error instanceof KaggleError) || !error.passing || tries >= timings.triesMax) throw error;
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined && retryAfterMs > timings.retryAfterMaxMs) throw error;
  const delayMs = Math.max(retryAfterMs ?? 0, backoffMs(tries, timings.retryMs, timings.retryMaxMs));
  const seconds = (delayMs / 1000).toFixed(1);
  note(`Kaggle: ${error.method} ${error.status ?? "got no answer"}, trying again in ${seconds} s`);
  await waitMs(delayMs, signal);
}
