import { signal } from "@preact/signals";
import { agoText, momentText } from "../text/time.ts";

/** The time now, moved on every second by `startClock`. */
export const nowMs = signal(Date.now());

const TICK_MS = 1_000;

export function startClock(): void {
  setInterval(() => {
    nowMs.value = Date.now();
  }, TICK_MS);
}

/** How long ago; the exact moment on hover. */
export function Moment({ time }: { time: string }) {
  return (
    <time dateTime={time} title={momentText(time)}>
      {agoText(time, nowMs.value)}
    </time>
  );
}
