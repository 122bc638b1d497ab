const SECOND_MS = 1_000;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400 * SECOND_MS],
  ["hour", 3_600 * SECOND_MS],
  ["minute", 60 * SECOND_MS],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** How long ago, as people say it: `just now`, `3 min. ago`. */
export function agoText(time: string, nowMs: number): string {
  const passedMs = nowMs - Date.parse(time);
  const step = STEPS.find(([, length]) => passedMs >= length);
  return step ? relative.format(-Math.floor(passedMs / step[1]), step[0]) : "just now";
}

/** The moment in the reader's own time zone. */
export function momentText(time: string): string {
  return absolute.format(new Date(time));
}

/** Hours, minutes and seconds of the day. */
export function clockText(time: string): string {
  return clock.format(new Date(time));
}

/** A length of time with its two largest units: `2 h 5 min`, `41 s`, `350 ms`. */
export function durationText(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joinUnits(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joinUnits(hours, "h", minutes % 60, "min");
  return joinUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
