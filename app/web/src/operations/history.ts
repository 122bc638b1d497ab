import { signal } from "@preact/signals";
import type { Stats } from "../api/client.ts";

/** Samples kept: five minutes at one each 2.5 s. */
export const SAMPLES_MAX = 120;

/** The stats read since the page was opened; it outlives leaving and coming back to the charts. */
export const history = signal<readonly Stats[]>([]);

/** The history with one sample more, the oldest dropped when there are too many. */
export function withSample(samples: readonly Stats[], stats: Stats): readonly Stats[] {
  if (samples.at(-1)?.time === stats.time) return samples;
  return [...samples, stats].slice(-SAMPLES_MAX);
}
