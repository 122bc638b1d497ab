import type { Stats } from "../api/client.ts";
import { bytesText } from "../text/bytes.ts";
import { countText, figureText, pluralText } from "../text/number.ts";

/** One of the seven figures that tell how the stack is. */
export interface KeyFigure {
  readonly title: string;
  readonly unit: string;
  /** Null while there is nothing to measure. */
  readonly of: (stats: Stats) => number | null;
  readonly text: (value: number) => string;
  /** The chart reaches at least this high. */
  readonly top: number;
  /** What the value is measured against, beneath it. */
  readonly note: (stats: Stats) => string;
}

export const KEY_FIGURES: readonly KeyFigure[] = [
  {
    title: "Request rate",
    unit: "/s",
    of: ({ requests }) => requests.per_second,
    text: figureText,
    top: 1,
    note: ({ api }) => `over the last minute, ${pluralText(api.processes, "API process", "API processes")}`,
  },
  {
    title: "Error rate",
    unit: "%",
    of: ({ requests }) => errorPercent(requests),
    text: figureText,
    top: 1,
    note: () => "answers of 500 and above",
  },
  {
    title: "Latency p95",
    unit: "ms",
    of: ({ requests }) => requests.p95_ms,
    text: figureText,
    top: 10,
    note: () => "95 of 100 requests are faster",
  },
  {
    title: "Active jobs",
    unit: "",
    of: ({ workers }) => workers.active,
    text: countText,
    top: 5,
    note: ({ workers }) => `of ${workers.capacity} places in ${pluralText(workers.processes, "worker")}`,
  },
  {
    title: "Queued jobs",
    unit: "",
    of: ({ jobs }) => jobs.queued,
    text: countText,
    top: 5,
    note: ({ jobs }) => `${countText(jobs.succeeded)} succeeded, ${countText(jobs.failed)} failed`,
  },
  {
    title: "Database connections",
    unit: "",
    of: ({ database }) => database.active + database.idle,
    text: countText,
    top: 10,
    note: ({ database }) => `${database.active} active, ${database.idle} idle, at most ${database.max}`,
  },
  {
    title: "Object store",
    unit: "",
    of: ({ object_store }) => object_store.used_bytes,
    text: bytesText,
    top: 1_000_000,
    note: ({ object_store }) =>
      `${pluralText(object_store.datasets, "dataset")}, ${pluralText(object_store.models, "model")}`,
  },
];

/** Share of requests that failed on our side, in percent; null without requests. */
export function errorPercent({ per_second, errors_per_second }: Stats["requests"]): number | null {
  return per_second === 0 ? null : (100 * errors_per_second) / per_second;
}
