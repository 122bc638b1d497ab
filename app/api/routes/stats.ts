import type { Figures } from "../../adapters/postgres/processes.ts";
import { FIGURES_WINDOW_SECONDS, p95Ms, type RequestCounts, sumCounts } from "../../core/request-figures.ts";
import type { BackgroundFigures } from "../background-figures.ts";
import { Stats } from "../schemas/operations.ts";
import { problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";

/** The figures of the operations page, over all replicas. */
export function statsRoute(api: Api, { figures }: Services): void {
  api.get(
    "/stats",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "getStats",
        tags: ["operations"],
        response: { 200: ref(Stats), ...problemResponses },
      },
    },
    async () => statsOf(await figures.get()),
  );
}

type Found = Awaited<ReturnType<BackgroundFigures["get"]>>;

export function statsOf({ jobs, objects, processes }: Found) {
  const apis = processes.filter(({ kind }) => kind === "api").map(({ figures }) => figures);
  const workers = processes.filter(({ kind }) => kind === "worker").map(({ figures }) => figures);
  const requests = sumCounts(apis.map(readCounts));
  return {
    time: new Date().toISOString(),
    requests: {
      per_second: requests.requests / FIGURES_WINDOW_SECONDS,
      errors_per_second: requests.errors / FIGURES_WINDOW_SECONDS,
      p95_ms: p95Ms(requests.latency),
    },
    jobs,
    workers: {
      processes: workers.length,
      active: sum(workers, "active"),
      capacity: sum(workers, "capacity"),
    },
    database: {
      active: sum([...apis, ...workers], "db_active"),
      idle: sum([...apis, ...workers], "db_idle"),
      max: sum([...apis, ...workers], "db_max"),
    },
    object_store: objects,
    api: { processes: apis.length },
  };
}

/** Flat, as a process reports it. */
export function writeCounts(counts: RequestCounts): Figures {
  const latency = counts.latency.map((count, index) => [`latency_${index}`, count]);
  return { requests: counts.requests, errors: counts.errors, ...Object.fromEntries(latency) };
}

function readCounts(figures: Figures): RequestCounts {
  const latency: number[] = [];
  for (let index = 0; `latency_${index}` in figures; index += 1)
    latency.push(figures[`latency_${index}`] ?? 0);
  return { requests: figures.requests ?? 0, errors: figures.errors ?? 0, latency };
}

function sum(all: readonly Figures[], name: string): number {
  return all.reduce((total, figures) => total + (figures[name] ?? 0), 0);
}
