import { pino } from "pino";
import { ObjectStore } from "../../app/adapters/object-store/object-store.ts";
import { JOB_QUEUED, Listener } from "../../app/adapters/postgres/listener.ts";
import { Queue } from "../../app/adapters/postgres/queue.ts";
import type { Executor, ExecutorJob } from "../../app/core/executor.ts";
import { runJob } from "../../app/worker/run-job.ts";
import { WORKER_TIMES, Worker } from "../../app/worker/worker.ts";
import type { BenchDatabase } from "./database.ts";

/** Takes every object and keeps none: the queue is measured, not the disk of an object store. */
class NoStore extends ObjectStore {
  constructor() {
    const nobody = { user: "nobody", password: "nobody", region: "none", bucket: "none", publicUrl: "" };
    super({ ...nobody, endpoint: "127.0.0.1:1", useTls: false });
  }

  override async put(): Promise<void> {}
}

export interface BenchWorker {
  /** Begins to take jobs; it is connected already, as the bare loops are. */
  start(): void;
  stop(): Promise<void>;
}

/**
 * The product's worker, run and queue with the product's settings; only the training is nothing. Each job still gets
 * its lease, its log lines, its model's row and its notifications. `onStart` and `onEnd` are called for each job.
 */
export async function connectBenchWorker(
  { url, pool }: BenchDatabase,
  poolSize: number,
  onStart: (job: ExecutorJob) => void,
  onEnd: () => void,
): Promise<BenchWorker> {
  const executor: Executor = {
    name: "local",
    async run(job) {
      onStart(job);
      return { name: "model.bin", contentType: "application/octet-stream", metrics: {}, content: MODEL };
    },
  };
  const logger = pino({ level: "warn" });
  const queue = new Queue(pool, "bench", WORKER_TIMES.leaseMs);
  const executors = new Map([[executor.name, executor]]);
  const tools = { queue, store: new NoStore(), logger, executors, timeoutMs: 3_600_000 };
  const run: typeof runJob = (...args) => runJob(...args).finally(onEnd);
  const options = { ...WORKER_TIMES, poolSize };
  const worker = new Worker(queue, (...one) => run(tools, ...one), options, logger);
  const listener = new Listener(url, { [JOB_QUEUED]: () => worker.wake() });
  await listener.start();
  return {
    start: () => worker.start(),
    async stop() {
      await worker.drain();
      await listener.close();
    },
  };
}

const MODEL = Buffer.from("a model");
