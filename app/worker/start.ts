import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { JOB_CANCELED, JOB_QUEUED, Listener } from "../adapters/postgres/listener.ts";
import { whenAlone } from "../adapters/postgres/object-references.ts";
import type { Pool } from "../adapters/postgres/pool.ts";
import { forgetProcess, reportProcess } from "../adapters/postgres/processes.ts";
import { Queue } from "../adapters/postgres/queue.ts";
import { poolOf, storeOf } from "../connections.ts";
import type { Executor } from "../core/executor.ts";
import { newId } from "../core/id.ts";
import type { Settings } from "../env.ts";
import type { FlushableLogger } from "../logger.ts";
import type { Running } from "../process.ts";
import { watchLeftOvers } from "./left-overs.ts";
import { startProbeServer } from "./probe-server.ts";
import { runJob } from "./run-job.ts";
import { sweepOrphans } from "./sweep.ts";
import { WORKER_TIMES, Worker } from "./worker.ts";

const REPORT_MS = 5_000;
const SWEEP_MS = 15 * 60_000;
/** A run that does not stop by then is left: its lease runs out and another worker goes on. */
const DRAIN_MAX_MS = 20_000;

/** Starts one worker process. */
export async function startWorker(
  settings: Settings,
  { logger, flush }: FlushableLogger,
  executors: readonly Executor[],
  times: { leaseMs: number; pollMs: number } = WORKER_TIMES,
): Promise<Running> {
  const pool = poolOf(settings, "slipway-worker", (err) =>
    logger.warn({ err }, "a database connection broke"),
  );
  const store = storeOf(settings);
  const queue = new Queue(pool, hostname(), times.leaseMs);
  const byName = new Map(executors.map((executor) => [executor.name, executor]));
  const tools = { queue, store, logger, executors: byName, timeoutMs: settings.WORKER_TIMEOUT };
  const options = { ...times, poolSize: settings.WORKER_POOL_SIZE };
  const worker = new Worker(queue, (...run) => runJob(tools, ...run), options, logger);
  const listener = new Listener(
    settings.DATABASE_URL,
    { [JOB_QUEUED]: () => worker.wake(), [JOB_CANCELED]: (jobId) => worker.jobCanceled(jobId) },
    () => worker.wake(),
  );
  let draining = false;
  const metrics = settings.METRICS_ENABLED ? workerMetrics(worker, pool, settings) : undefined;
  const server = await startProbeServer({ port: settings.PORT, isReady: () => !draining, metrics });
  await store.ensureBucket().catch((err: unknown) => logger.warn({ err }, "the object store is away"));
  await listener.start();
  worker.start();
  const chores = startChores(pool, worker, settings, logger, () =>
    whenAlone(pool, () => sweepOrphans(pool, store, logger)),
  );
  const leftOvers = watchLeftOvers({ pool, store, logger }, executors);
  logger.info({ executors: [...byName.keys()], pool_size: settings.WORKER_POOL_SIZE }, "worker is running");
  return {
    flush,
    async stop() {
      logger.info({ running: worker.unended }, "draining");
      draining = true;
      await Promise.race([worker.drain(), sleep(DRAIN_MAX_MS)]);
      await Promise.all([chores.stop(), leftOvers.stop()]);
      await listener.close();
      server.close();
      server.closeAllConnections();
      await Promise.race([pool.end(), sleep(2_000)]);
      logger.info({ left: worker.unended }, "stopped");
    },
  };
}

function startChores(
  pool: Pool,
  worker: Worker,
  settings: Settings,
  logger: FlushableLogger["logger"],
  sweep: () => Promise<void>,
) {
  const id = newId();
  const warn = (err: unknown) => logger.warn({ err }, "a chore failed");
  const report = () =>
    reportProcess(pool, id, "worker", {
      active: worker.active,
      capacity: settings.WORKER_POOL_SIZE,
      db_active: pool.totalCount - pool.idleCount,
      db_idle: pool.idleCount,
      db_max: settings.DB_MAX_CONNECTIONS,
    }).catch(warn);
  void report();
  const timers = [setInterval(report, REPORT_MS), setInterval(() => void sweep().catch(warn), SWEEP_MS)];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await forgetProcess(pool, id).catch(warn);
    },
  };
}

function workerMetrics(worker: Worker, pool: Pool, settings: Settings): Registry {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read()) });
  };
  gauge("worker_pool_active_jobs", "Jobs that train in this process", () => worker.active);
  gauge("worker_pool_size", "Jobs this process may run", () => settings.WORKER_POOL_SIZE);
  gauge("db_connections_active", "Connections in use", () => pool.totalCount - pool.idleCount);
  gauge("db_connections_idle", "Connections waiting", () => pool.idleCount);
  gauge("db_connections_max", "Connections this process may open", () => settings.DB_MAX_CONNECTIONS);
  new Gauge({
    name: "build_info",
    help: "What is running",
    labelNames: ["version", "release"],
    registers,
  }).set({ version: settings.APP_VERSION, release: settings.APP_RELEASE }, 1);
  collectDefaultMetrics({ register: registry });
  return registry;
}
