import { signal } from "@preact/signals";
import type { ApiProblem } from "./problem.ts";

const PAUSE_SECONDS_DEFAULT = 5;

/** The moment (ms since 1970) until which the API asked us to hold back; 0 when it did not. */
export const pausedUntilMs = signal(0);

/** Remembers how long the API wants to be left alone after a 429. */
export function notePause(problem: ApiProblem): void {
  if (problem.status !== 429) return;
  const seconds = problem.retryAfterSeconds ?? PAUSE_SECONDS_DEFAULT;
  pausedUntilMs.value = Math.max(pausedUntilMs.value, Date.now() + seconds * 1_000);
}

/** Resolves when the pause is over; at once when there is none. Rejects with the signal's reason. */
export async function afterPause(signal?: AbortSignal): Promise<void> {
  for (let waitMs = remainingMs(); waitMs > 0; waitMs = remainingMs()) await sleep(waitMs, signal);
}

/** Waits; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function remainingMs(): number {
  return pausedUntilMs.peek() - Date.now();
}
