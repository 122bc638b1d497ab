import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Pool } from "../adapters/postgres/pool.ts";
import { Cached, within } from "../core/cached.ts";
import type { ExecutorName } from "../core/executor.ts";
import type { BackgroundFigures } from "./background-figures.ts";

const CHECK_TIMEOUT_MS = 2_000;
const FRESH_MS = 1_000;

type Details = Record<string, string | number>;
interface ServiceHealth {
  readonly status: "up" | "degraded" | "down";
  /** ms. */
  readonly response_time: number;
  readonly details?: Details;
}

export interface HealthReport {
  readonly status: "up" | "degraded" | "down";
  readonly services: Readonly<Record<"database" | "object_store" | "queue" | "executor", ServiceHealth>>;
}

export type HealthCheck = Cached<HealthReport>;

interface Checked {
  readonly pool: Pool;
  readonly store: ObjectStore;
  readonly figures: BackgroundFigures;
  readonly executors: readonly ExecutorName[];
}

/** Asks every service at most once a second, each within two. Down only when a critical one is. */
export function healthCheck({ pool, store, figures, executors }: Checked): HealthCheck {
  return new Cached(FRESH_MS, async () => {
    const [database, object_store, queue, executor] = await Promise.all([
      check(async () => {
        await pool.query("SELECT 1");
        return {};
      }),
      check(async () => {
        await store.check();
        return {};
      }),
      check(async () => {
        const { jobs } = await figures.get();
        return { queued: jobs.queued, running: jobs.running };
      }),
      check(() => executorDetails(figures, executors)),
    ]);
    const services = { database, object_store, queue, executor: degradeWithoutWorker(executor) };
    const critical = [database, object_store, queue];
    const down = critical.some(({ status }) => status === "down");
    const degraded = services.executor.status !== "up";
    return { status: down ? "down" : degraded ? "degraded" : "up", services };
  });
}

async function check(run: () => Promise<Details>): Promise<ServiceHealth> {
  const startedAt = performance.now();
  const elapsed = () => Math.round((performance.now() - startedAt) * 10) / 10;
  try {
    const details = await within(CHECK_TIMEOUT_MS, run());
    const shown = Object.keys(details).length > 0 ? { details } : {};
    return { status: "up", response_time: elapsed(), ...shown };
  } catch {
    // The reason may name hosts and users: it goes to the log of the failing request, not to strangers.
    return { status: "down", response_time: elapsed() };
  }
}

async function executorDetails(
  figures: BackgroundFigures,
  executors: readonly ExecutorName[],
): Promise<Details> {
  const { processes } = await figures.get();
  const workers = processes.filter(({ kind }) => kind === "worker").length;
  return { workers, enabled: executors.join(", ") };
}

function degradeWithoutWorker(health: ServiceHealth): ServiceHealth {
  return health.details?.workers === 0 ? { ...health, status: "degraded" } : health;
}
