import type { Counters } from "./bake-watch.ts";

/** What a release must keep while it is watched. */
export type BakeLimits = {
  /** Share of requests that may be answered with 5xx. */
  errorRateMax: number;
  p95MsMax: number;
};

/** What was seen of a release meanwhile. */
export type Watched = {
  /** The backends that have told their counters. */
  processes: number;
  counted: Counters;
  /** Requests of our own through the door, and what was answered with 5xx, or not at all. */
  asked: number;
  faults: readonly string[];
};

/** Fewer say nothing about a share of them. */
const REQUESTS_MIN = 20;
const ERRORS_MIN = 3;

/** The time in ms that 95 of 100 requests stayed under, by the bucket they are in; null where there were none. */
export function p95Ms({ buckets }: Pick<Counters, "buckets">): number | null {
  const total = buckets["+Inf"] ?? 0;
  if (total === 0) return null;
  const bounds = Object.entries(buckets)
    .map(([le, count]) => ({ seconds: le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le), count }))
    .sort((a, b) => a.seconds - b.seconds);
  const found = bounds.find(({ count }) => count >= 0.95 * total);
  return Math.round((found?.seconds ?? Number.POSITIVE_INFINITY) * 1_000);
}

/** What is wrong with what was counted; undefined where nothing is. */
export function bakeFault(counted: Counters, { errorRateMax, p95MsMax }: BakeLimits): string | undefined {
  const { requests, errors } = counted;
  if (errors >= ERRORS_MIN && errors > requests * errorRateMax)
    return `${errors} of ${requests} requests were answered with 5xx (release/errorRateMax ${errorRateMax})`;
  const p95 = p95Ms(counted);
  if (requests >= REQUESTS_MIN && p95 !== null && p95 > p95MsMax) {
    const told = Number.isFinite(p95) ? `${p95} ms` : "over 10 s";
    return `95 of 100 requests took up to ${told} (release/p95MsMax ${p95MsMax})`;
  }
  return undefined;
}

/** What is wrong with a release by all that was seen of it; that nothing was seen is wrong too. */
export function watchFault(
  { processes, counted, asked, faults }: Watched,
  limits: BakeLimits,
): string | undefined {
  if (processes === 0)
    return "nothing was watched: no backend has told its metrics to the network that it is on";
  // One among several may be chance.
  if (faults.length > 1 || faults.length === asked)
    return `${faults.length} of ${asked} requests through the door failed (${faults.join(", ")})`;
  return bakeFault(counted, limits);
}
