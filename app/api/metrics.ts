import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Pool } from "../adapters/postgres/pool.ts";
import { within } from "../core/cached.ts";
import { JOB_STATUSES, type JobStatus } from "../core/job.ts";
import { LATENCY_BOUNDS_SECONDS, RequestFigures } from "../core/request-figures.ts";
import type { BackgroundFigures } from "./background-figures.ts";

/** A scrape is not held longer by a database that does not answer. */
const BACKGROUND_MAX_MS = 2_000;

export interface Build {
  readonly version: string;
  readonly release: string;
}

interface RouteMetrics {
  readonly total: Counter.Internal;
  /** Not in the total yet: a scrape adds them, for adding one takes as long as adding many. */
  uncounted: number;
  readonly duration: Histogram.Internal<string>;
}

/** The counters of one API process. */
export class Metrics {
  readonly registry = new Registry();
  /** The last minute, for the operations page. */
  readonly figures = new RequestFigures();
  readonly #requests: Counter<"method" | "path" | "status">;
  readonly #duration: Histogram<"method" | "path">;
  readonly #all: RouteMetrics[] = [];
  /** By path, method and status: looking a label set up anew costs more than the rest of the work. */
  readonly #routes = new Map<string, Map<string, Map<number, RouteMetrics>>>();

  constructor(build: Build) {
    const registers = [this.registry];
    this.#requests = new Counter({
      name: "http_requests_total",
      help: "HTTP requests answered",
      labelNames: ["method", "path", "status"],
      registers,
      collect: () => this.#count(),
    });
    this.#duration = new Histogram({
      name: "http_request_duration_seconds",
      help: "Time to the end of the answer",
      labelNames: ["method", "path"],
      buckets: [...LATENCY_BOUNDS_SECONDS],
      registers,
    });
    new Gauge({
      name: "build_info",
      help: "What is running",
      labelNames: ["version", "release"],
      registers,
    }).set({ ...build }, 1);
    collectDefaultMetrics({ register: this.registry });
  }

  /** `path` is the route's pattern, never the raw URL. An answer without a time is only counted. */
  observe(method: string, path: string, status: number, seconds: number | undefined): void {
    const route = this.#routeMetrics(method, path, status);
    route.uncounted += 1;
    if (seconds === undefined) return;
    route.duration.observe(seconds);
    this.figures.record(seconds, status >= 500);
  }

  #count(): void {
    for (const route of this.#all) {
      route.total.inc(route.uncounted);
      route.uncounted = 0;
    }
  }

  #routeMetrics(method: string, path: string, status: number): RouteMetrics {
    const byMethod = entryOf(this.#routes, path, () => new Map<string, Map<number, RouteMetrics>>());
    const byStatus = entryOf(byMethod, method, () => new Map<number, RouteMetrics>());
    return entryOf(byStatus, status, () => {
      const made = {
        total: this.#requests.labels({ method, path, status: String(status) }),
        uncounted: 0,
        duration: this.#duration.labels({ method, path }),
      };
      this.#all.push(made);
      return made;
    });
  }

  /**
   * Adds what the database and the pool know, read at each scrape. While the database is away its figures are NaN,
   * which is no number to anybody; all others are told as ever, for that is when they are looked at.
   */
  addSources(pool: Pool, connectionsMax: number, background: BackgroundFigures): void {
    type Figures = Awaited<ReturnType<BackgroundFigures["get"]>>;
    const read = async (figure: (figures: Figures) => number) => {
      const figures = await within(BACKGROUND_MAX_MS, background.get()).catch(() => undefined);
      return figures ? figure(figures) : Number.NaN;
    };
    this.#gauge("db_connections_active", "Connections in use", () => pool.totalCount - pool.idleCount);
    this.#gauge("db_connections_idle", "Connections waiting", () => pool.idleCount);
    this.#gauge("db_connections_max", "Connections this process may open", () => connectionsMax);
    this.#gauge("worker_pool_active_jobs", "Jobs that run", () => read(({ jobs }) => jobs.running));
    this.#gauge("worker_pool_queued_jobs", "Jobs that wait", () => read(({ jobs }) => jobs.queued));
    this.#gauge("object_store_used_bytes", "Bytes of accepted datasets and models", () =>
      read(({ objects }) => objects.used_bytes),
    );
    const jobs = new Gauge({
      name: "jobs_total",
      help: "Jobs by status",
      labelNames: ["status"],
      registers: [this.registry],
      collect: async () => {
        const set = async (status: JobStatus) =>
          jobs.set({ status }, await read((found) => found.jobs[status]));
        await Promise.all(JOB_STATUSES.map(set));
      },
    });
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => gauge.set(await read()),
    });
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
