import { setTimeout as sleep } from "node:timers/promises";
import { ObjectStoreError } from "../adapters/object-store/errors.ts";
import { violatedConstraint } from "../adapters/postgres/outage.ts";

const PAUSE_MS = 500;
/** Well over a restart of the database; a lost lease ends the wait earlier, through the signal. */
const TRIES_MAX = 60;

/**
 * Tries a write again while the database is away. Rejects with the last error; at once when the write breaks a
 * constraint, which it would do again. When the signal aborts, with the last error that had another reason.
 */
export async function persist<Result>(
  signal: AbortSignal,
  write: () => Promise<Result>,
  isOutage: (error: unknown) => boolean = (error) => violatedConstraint(error) === undefined,
): Promise<Result> {
  let last: unknown;
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await write();
    } catch (error) {
      if (tries === TRIES_MAX || !isOutage(error)) throw error;
      // Why it was waited for says more than that it was too long.
      if (signal.aborted) throw last ?? error;
      last = error;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}

/** Tries again while the object store is away: its restart is no fault of the job and costs it no attempt. */
export function untilThere<Result>(signal: AbortSignal, ask: () => Promise<Result>): Promise<Result> {
  return persist(signal, ask, (error) => error instanceof ObjectStoreError && error.status >= 500);
}
