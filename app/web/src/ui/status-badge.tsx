import type { JobStatus } from "../api/client.ts";

/** A status as a word with a mark whose shape differs too, not only its colour. */
export function StatusBadge({
  status,
}: {
  status: JobStatus | "empty" | "ready" | "up" | "degraded" | "down";
}) {
  return (
    <span class="badge" data-status={status}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d={MARKS[status]} />
      </svg>
      {status}
    </span>
  );
}

const DOT = "M5 1a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z";
const RING = "M5 1a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0 1.600a2.400 2.400 0 1 0 0 4.800 2.400 2.400 0 0 0 0-4.800Z";
const TRIANGLE = "M5 .8 9.600 9H.4Z";
const BAR = "M1 3.800h8v2.400H1Z";
const SAIL = "M2 1l7 4-7 4Z";

const MARKS = {
  queued: RING,
  running: SAIL,
  succeeded: DOT,
  failed: TRIANGLE,
  canceled: BAR,
  empty: RING,
  ready: DOT,
  up: DOT,
  degraded: RING,
  down: TRIANGLE,
} as const;
