import { setTimeout as sleep } from "node:timers/promises";
import { Datasets } from "../adapters/postgres/datasets.ts";
import { Jobs } from "../adapters/postgres/jobs.ts";
import { JOB_CHANGED, Listener } from "../adapters/postgres/listener.ts";
import { Models } from "../adapters/postgres/models.ts";
import { forgetProcess, reportProcess } from "../adapters/postgres/processes.ts";
import { RateWindows } from "../adapters/postgres/rate-windows.ts";
import { enabledExecutors, poolOf, storeOf } from "../connections.ts";
import { newId } from "../core/id.ts";
import type { Settings } from "../env.ts";
import type { FlushableLogger } from "../logger.ts";
import type { Running } from "../process.ts";
import { backgroundFigures } from "./background-figures.ts";
import { healthCheck } from "./health.ts";
import { JobChanges } from "./job-changes.ts";
import { Metrics } from "./metrics.ts";
import { writeCounts } from "./routes/stats.ts";
import { type Api, buildApi } from "./server.ts";
import type { Services } from "./services.ts";

const WINDOW_MS = 60_000;
const REPORT_MS = 5_000;
const SWEEP_MS = 60_000;

export interface RunningApi extends Running {
  readonly api: Api;
  readonly url: string;
}

export interface StartOptions {
  /** How long the proxy is given to learn, from DNS or the readiness probe, that this replica leaves. */
  readonly announceMs: number;
  /** How long requests under way may take after that; then their connections are cut. */
  readonly finishMs: number;
}

/** Together well under the 30 s of the contract, with time left to close the database's connections. */
const STOP_TIMES: StartOptions = { announceMs: 3_000, finishMs: 18_000 };
const POOL_END_MS = 3_000;

/** Connects, listens and reports; stopping is graceful. */
export async function startApi(
  settings: Settings,
  { logger, flush }: FlushableLogger,
  options: StartOptions = STOP_TIMES,
): Promise<RunningApi> {
  const services = connect(settings, logger);
  const { pool, jobChanges, lifecycle } = services;
  await services.store
    .ensureBucket()
    .catch((err: unknown) => logger.warn({ err }, "the object store is away"));
  const listener = new Listener(
    settings.DATABASE_URL,
    { [JOB_CHANGED]: (jobId) => jobChanges.changed(jobId) },
    () => jobChanges.changedAll(),
  );
  await listener.start();
  const api = await buildApi(services);
  const chores = startChores(services);
  const url = await api.listen({ host: "0.0.0.0", port: settings.PORT });
  logger.info({ url, version: settings.APP_VERSION, release: settings.APP_RELEASE }, "api is listening");
  return {
    api,
    url,
    flush,
    async stop() {
      logger.info("shutting down");
      lifecycle.state = "draining";
      jobChanges.changedAll();
      await sleep(options.announceMs);
      lifecycle.state = "closing";
      await closeWithin(options.finishMs, services, api);
      await chores.stop();
      await listener.close();
      await Promise.race([pool.end(), sleep(POOL_END_MS)]);
      logger.info("stopped");
    },
  };
}

/** Lets the requests under way end. A client that neither sends nor reads may not hold the process. */
async function closeWithin(finishMs: number, { logger }: Services, api: Api): Promise<void> {
  const cut = setTimeout(() => {
    logger.warn("cutting connections that do not end");
    api.server.closeAllConnections();
  }, finishMs);
  await api.close().finally(() => clearTimeout(cut));
}

function connect(settings: Settings, logger: FlushableLogger["logger"]): Services {
  const pool = poolOf(settings, "slipway-api", (err) => logger.warn({ err }, "a database connection broke"));
  const store = storeOf(settings);
  const figures = backgroundFigures(pool);
  const metrics = new Metrics({ version: settings.APP_VERSION, release: settings.APP_RELEASE });
  metrics.addSources(pool, settings.DB_MAX_CONNECTIONS, figures);
  const executors = enabledExecutors(settings);
  return {
    settings,
    logger,
    pool,
    store,
    figures,
    metrics,
    executors,
    datasets: new Datasets(pool),
    jobs: new Jobs(pool),
    models: new Models(pool),
    rateWindows: new RateWindows(pool, WINDOW_MS),
    jobChanges: new JobChanges(),
    health: healthCheck({ pool, store, figures, executors }),
    lifecycle: { state: "serving" },
  };
}

/** What this process does by itself: tell the others its figures, and forget old rate windows. */
function startChores({ pool, metrics, rateWindows, settings, logger }: Services) {
  const id = newId();
  const warn = (err: unknown) => logger.warn({ err }, "a chore failed");
  const report = () => {
    const database = {
      db_active: pool.totalCount - pool.idleCount,
      db_idle: pool.idleCount,
      db_max: settings.DB_MAX_CONNECTIONS,
    };
    const figures = { ...writeCounts(metrics.figures.counts()), ...database };
    return reportProcess(pool, id, "api", figures).catch(warn);
  };
  void report();
  const timers = [
    setInterval(report, REPORT_MS),
    setInterval(() => void rateWindows.sweep().catch(warn), SWEEP_MS),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await forgetProcess(pool, id).catch(warn);
    },
  };
}
