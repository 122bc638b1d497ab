/** Upper bounds in seconds; also the buckets of `http_request_duration_seconds`. */
export const LATENCY_BOUNDS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

const SLOT_MS = 5_000;
const SLOTS = 12;
/** The span the figures tell about. */
export const FIGURES_WINDOW_SECONDS = (SLOT_MS * SLOTS) / 1_000;

interface Slot {
  readonly startedAt: number;
  requests: number;
  errors: number;
  readonly latency: number[];
}

export type RequestCounts = Omit<Slot, "startedAt">;

/** Counts of the last minute, kept in a ring of slots. */
export class RequestFigures {
  #slots: Slot[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  record(seconds: number, isError: boolean): void {
    const slot = this.#current();
    slot.requests += 1;
    if (isError) slot.errors += 1;
    const bucket = LATENCY_BOUNDS_SECONDS.findIndex((bound) => seconds <= bound);
    const index = bucket === -1 ? LATENCY_BOUNDS_SECONDS.length : bucket;
    slot.latency[index] = (slot.latency[index] ?? 0) + 1;
  }

  /** Sums over the last minute. */
  counts(): RequestCounts {
    const since = this.#nowMs() - SLOT_MS * SLOTS;
    return sumCounts(this.#slots.filter((slot) => slot.startedAt > since));
  }

  #current(): Slot {
    const now = this.#nowMs();
    const last = this.#slots.at(-1);
    if (last && now - last.startedAt < SLOT_MS) return last;
    const slot = { startedAt: now, ...emptyCounts() };
    this.#slots = [...this.#slots.slice(-(SLOTS - 1)), slot];
    return slot;
  }
}

/** Adds up the counts of slots or of processes. */
export function sumCounts(all: readonly RequestCounts[]): RequestCounts {
  const sum = emptyCounts();
  for (const counts of all) {
    sum.requests += counts.requests;
    sum.errors += counts.errors;
    counts.latency.forEach((count, index) => {
      sum.latency[index] = (sum.latency[index] ?? 0) + count;
    });
  }
  return sum;
}

function emptyCounts(): RequestCounts {
  return { requests: 0, errors: 0, latency: new Array<number>(LATENCY_BOUNDS_SECONDS.length + 1).fill(0) };
}

/** The latency in ms under which 95 of 100 requests stayed, by linear interpolation; null without requests. */
export function p95Ms(latency: readonly number[]): number | null {
  const total = latency.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  for (const [index, count] of latency.entries()) {
    const lower = LATENCY_BOUNDS_SECONDS[index - 1] ?? 0;
    const upper = LATENCY_BOUNDS_SECONDS[index] ?? lower;
    if (before + count >= 0.95 * total && count > 0) {
      return 1_000 * (lower + ((upper - lower) * (0.95 * total - before)) / count);
    }
    before += count;
  }
  return null;
}
