import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import { findLeftOvers, forgetLeftOver } from "../adapters/postgres/left-overs.ts";
import type { Pool } from "../adapters/postgres/pool.ts";
import type { Executor } from "../core/executor.ts";
import { readCheckpoint } from "./checkpoints.ts";

const BATCH = 100;
const PAUSE_MS = 60_000;

interface Tools {
  readonly pool: Pool;
  readonly store: ObjectStore;
  readonly logger: Logger;
}

/** Stops left-overs now and every minute. */
export function watchLeftOvers(tools: Tools, executors: readonly Executor[]): { stop(): Promise<void> } {
  const over = new AbortController();
  const { signal } = over;
  const watch = async () => {
    while (!signal.aborted) {
      await stopLeftOvers(tools, executors, signal).catch((err: unknown) =>
        tools.logger.warn({ err }, "a chore failed"),
      );
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  };
  const watching = watch();
  return {
    stop() {
      over.abort();
      return watching;
    },
  };
}

/**
 * Ends what canceled and failed jobs have left running elsewhere. A run ends its own when it can; it cannot when it was
 * given back before the job was canceled, has lost its lease or its process, or found Kaggle away.
 */
export async function stopLeftOvers(
  { pool, store, logger }: Tools,
  executors: readonly Executor[],
  signal: AbortSignal,
): Promise<void> {
  for (const executor of executors) {
    if (!executor.stopLeftOver) continue;
    for (const job of await findLeftOvers(pool, executor.name, BATCH)) {
      if (signal.aborted) return;
      try {
        const checkpoint = await readCheckpoint(store, job.checkpoint_key, signal);
        const found = await executor.stopLeftOver(checkpoint, signal);
        const message = found ?? `Nothing of this job runs on ${executor.name} any more.`;
        if (found || job.is_settled) await forgetLeftOver(pool, job, message);
      } catch (err) {
        logger.warn({ err, job_id: job.id }, "what a job left running could not be stopped; tried again");
      }
    }
  }
}
