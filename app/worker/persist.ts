import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 500;
/** Well over a restart of the database; a lost lease ends the wait earlier, through the signal. */
const TRIES_MAX = 60;

/** Tries a write again while the database is away. Rejects with the last error, or when the signal aborts. */
export async function persist<Result>(signal: AbortSignal, write: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await write();
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }
}
