import type { Logger } from "pino";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Datasets } from "../adapters/postgres/datasets.ts";
import type { Jobs } from "../adapters/postgres/jobs.ts";
import type { Models } from "../adapters/postgres/models.ts";
import type { Pool } from "../adapters/postgres/pool.ts";
import type { RateWindows } from "../adapters/postgres/rate-windows.ts";
import type { ExecutorName } from "../core/executor.ts";
import type { Settings } from "../env.ts";
import type { BackgroundFigures } from "./background-figures.ts";
import type { HealthCheck } from "./health.ts";
import type { JobChanges } from "./job-changes.ts";
import type { Metrics } from "./metrics.ts";

/** Everything the routes need, made by `main` and by tests. */
export interface Services {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly pool: Pool;
  readonly datasets: Datasets;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly store: ObjectStore;
  readonly rateWindows: RateWindows;
  readonly jobChanges: JobChanges;
  readonly metrics: Metrics;
  readonly health: HealthCheck;
  readonly figures: BackgroundFigures;
  readonly executors: readonly ExecutorName[];
  /** Turned once, at SIGTERM. */
  readonly lifecycle: { state: "serving" | "draining" | "closing" };
}
