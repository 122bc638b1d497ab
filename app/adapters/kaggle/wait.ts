import { setTimeout as sleep } from "node:timers/promises";

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export async function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The wait before try `n` (1 is the first retry): doubled each time up to the maximum, at least half of it. */
export function backoffMs(n: number, baseMs: number, maxMs: number, random = Math.random): number {
  return Math.min(maxMs, baseMs * 2 ** (n - 1)) * (0.5 + random() / 2);
}
