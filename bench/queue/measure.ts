import { setTimeout as sleep } from "node:timers/promises";
import { Jobs } from "../../app/adapters/postgres/jobs.ts";
import { type BenchDatabase, NEW_JOB } from "./database.ts";
import { connectBenchWorker } from "./real-worker.ts";

/** Jobs per second of the real worker until `jobs` of the queue have ended. */
export async function workerRate(database: BenchDatabase, poolSize: number, jobs: number): Promise<number> {
  const all = Promise.withResolvers<void>();
  let ended = 0;
  const worker = await connectBenchWorker(
    database,
    poolSize,
    () => {},
    () => {
      ended += 1;
      if (ended === jobs) all.resolve();
    },
  );
  const startedAt = performance.now();
  worker.start();
  await all.promise;
  const rate = jobs / ((performance.now() - startedAt) / 1_000);
  await worker.stop();
  return rate;
}

/** From the call that stores a job to its executor's start, in ms; one job at a time on an idle worker. */
export async function startLatencies(
  database: BenchDatabase,
  poolSize: number,
  count: number,
): Promise<number[]> {
  let onStart = (_jobId: string) => {};
  let onEnd = () => {};
  const worker = await connectBenchWorker(
    database,
    poolSize,
    (job) => onStart(job.id),
    () => onEnd(),
  );
  worker.start();
  const jobs = new Jobs(database.pool);
  const latencies: number[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    const started = new Promise<string>((resolve) => {
      onStart = resolve;
    });
    const ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    const askedAt = performance.now();
    const created = jobs.create(NEW_JOB);
    const startedId = await started;
    latencies.push(performance.now() - askedAt);
    const outcome = await created;
    if (outcome.outcome !== "created" || outcome.job.id !== startedId) throw new Error("another job started");
    await ended;
    // Not in step with anything the worker does by the clock.
    await sleep(5 + Math.random() * 20);
  }
  await worker.stop();
  return latencies;
}

/** The share-th figure in order, e.g. 0.95. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Jobs over seconds of runs with the same number of jobs: a slow run weighs as long as it took. */
export function meanRate(rates: readonly number[]): number {
  return rates.length / rates.reduce((sum, rate) => sum + 1 / rate, 0);
}
