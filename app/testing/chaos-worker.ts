import { localExecutor } from "../adapters/local/executor.ts";
import { readSettings } from "../env.ts";
import { createLogger } from "../logger.ts";
import { runProcess } from "../process.ts";
import { startWorker } from "../worker/start.ts";

/** Short, so that a lost worker is noticed within a test, and long enough for a machine that does much else. */
const TIMES = { leaseMs: 10_000, pollMs: 500 };

/** node app/testing/chaos-worker.ts: the worker as it runs in production, but for its lease. */
await runProcess(() => {
  const settings = readSettings(process.env);
  return startWorker(settings, createLogger(settings), [localExecutor()], TIMES);
});
