import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { mayBeAway, ObjectStoreError } from "../adapters/object-store/errors.ts";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, FinishedModel, Queue } from "../adapters/postgres/queue.ts";
import {
  type Executor,
  type ExecutorName,
  PermanentJobError,
  type StopReason,
  TransientJobError,
} from "../core/executor.ts";
import { ATTEMPTS_MAX, retryDelayMs } from "../core/job.ts";
import { checkpoints } from "./checkpoints.ts";
import { persist, untilThere } from "./persist.ts";
import { RunReport } from "./run-report.ts";
import { uploadModel } from "./upload-model.ts";

/** Before a job is given back whose object store is away: with its old place it is the next to be claimed. */
const STORE_AWAY_MS = 2_000;
/** Somebody has to make room first. */
const STORE_FULL_MS = 20_000;
/** What MinIO answers to a write when its disk is full. */
const STORE_FULL = 507;

export interface RunTools {
  readonly queue: Queue;
  readonly store: ObjectStore;
  readonly executors: ReadonlyMap<ExecutorName, Executor>;
  readonly logger: Logger;
  /** What a job may run in all, over all its runs; what it waits between them is not counted. */
  readonly timeoutMs: number;
}

/** Runs one claimed job to its end, whatever that is; never rejects. `stop` aborts with a {@link StopReason}. */
export async function runJob(
  tools: RunTools,
  claim: Claim,
  stop: AbortController,
  onTrained: () => void,
): Promise<void> {
  const { queue, logger } = tools;
  const log = logger.child({ job_id: claim.id, attempt: claim.attempt, executor: claim.executor });
  const report = new RunReport(queue, claim, () => void stopUnheld(queue, claim, stop));
  const timer = timeoutAfter(tools.timeoutMs - claim.ran_ms, stop);
  log.info("job started");
  try {
    const model = await train(tools, claim, report, stop.signal);
    onTrained();
    await finish(tools, claim, report, model, stop.signal);
    log.info("job succeeded");
  } catch (error) {
    const outcome = await settle(tools, claim, report, error, stop.signal).catch((err: unknown) => {
      // The lease will run out, and another worker takes the job.
      log.warn({ err }, "the job's end could not be stored");
      return "left";
    });
    log.info({ outcome, reason: messageOf(error, stop.signal) }, "job stopped");
  } finally {
    clearTimeout(timer);
  }
}

/** A write was refused: the job is another worker's, or was canceled, of which the notice comes later or never. */
async function stopUnheld(queue: Queue, { id }: Claim, stop: AbortController): Promise<void> {
  const isCanceled = await queue.isCanceled(id).catch(() => false);
  stop.abort((isCanceled ? "canceled" : "lease-lost") satisfies StopReason);
}

async function train(
  tools: RunTools,
  claim: Claim,
  report: RunReport,
  signal: AbortSignal,
): Promise<FinishedModel> {
  const { executors, store, queue } = tools;
  const { dataset } = claim;
  const executor = executors.get(claim.executor);
  if (!dataset) throw new PermanentJobError("The dataset is gone.");
  if (!executor) throw new PermanentJobError(`The executor ${claim.executor} is not set up on this worker.`);
  signal.throwIfAborted();
  report.log(
    "info",
    `Attempt ${claim.attempt} on ${executor.name}, dataset ${dataset.name}, ${dataset.bytes} bytes.`,
  );
  const open = (): Promise<Readable> => untilThere(signal, () => store.get(dataset.object_key, { signal }));
  const trained = await executor.run(
    {
      id: claim.id,
      attempt: claim.attempt,
      baseModel: claim.base_model,
      parameters: claim.parameters,
      dataset: {
        name: dataset.name,
        format: dataset.format,
        bytes: dataset.bytes,
        sha256: dataset.sha256,
        open,
      },
    },
    {
      signal,
      log: (level, message) => report.log(level, message),
      progress: (fraction) => report.progress(fraction),
      ...checkpoints(store, queue, claim, signal),
    },
  );
  signal.throwIfAborted();
  return uploadModel(store, claim, trained, signal);
}

/** Stores the success; a model that is not taken is removed again. */
async function finish(
  { queue, store }: RunTools,
  claim: Claim,
  report: RunReport,
  model: FinishedModel,
  signal: AbortSignal,
): Promise<void> {
  report.log("info", `Model ${model.name}, ${model.bytes} bytes.`);
  const stored = await report.end((lines) => persist(signal, () => queue.succeed(claim, model, lines)));
  if (!stored) {
    await store.delete(model.objectKey).catch(() => {});
    throw new TransientJobError("The lease was lost before the model was stored.");
  }
}

/** Stores what becomes of a job that did not succeed. */
async function settle(
  { queue, store }: RunTools,
  claim: Claim,
  report: RunReport,
  error: unknown,
  signal: AbortSignal,
): Promise<string> {
  const reason = signal.aborted ? (signal.reason as StopReason) : undefined;
  if (reason === "canceled" || reason === "lease-lost") return reason;
  const write = (end: () => Promise<boolean>) => persist(new AbortController().signal, end);
  if (reason === "draining") {
    report.log("info", "The worker is shutting down; the job goes on elsewhere.");
    await report.flush();
    return (await write(() => queue.giveBack(claim))) ? "given back" : "lease-lost";
  }
  const message = messageOf(error, signal);
  if (reason === undefined && (await isStoreAway(store, error))) {
    report.log("warn", `${message} The job goes on when the object store does.`);
    await report.flush();
    await sleep(isFull(error) ? STORE_FULL_MS : STORE_AWAY_MS, undefined, { signal }).catch(() => {});
    return (await write(() => queue.giveBack(claim))) ? "given back" : "lease-lost";
  }
  const isFinal = reason === "timeout" || error instanceof PermanentJobError || claim.attempt >= ATTEMPTS_MAX;
  report.log(isFinal ? "error" : "warn", message);
  await report.flush();
  if (isFinal) return (await write(() => queue.fail(claim, message))) ? "failed" : "lease-lost";
  const asked = error instanceof TransientJobError ? error.retryAfterMs : undefined;
  const delayMs = retryDelayMs(claim.attempt, Math.random(), asked);
  return (await write(() => queue.retry(claim, message, delayMs))) ? `retry in ${delayMs} ms` : "lease-lost";
}

/** Whether the store does not answer, lets nobody in or is full: no job's fault. One that refuses one object is there. */
async function isStoreAway(store: ObjectStore, error: unknown): Promise<boolean> {
  if (!mayBeAway(error)) return false;
  if (isFull(error)) return true;
  return store.check().then(
    () => false,
    () => true,
  );
}

function isFull(error: unknown): boolean {
  return error instanceof ObjectStoreError && error.status === STORE_FULL;
}

function messageOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted && signal.reason === "timeout") return "The job took longer than it may.";
  return (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
}

/** Node's timers hold 24.8 days at most. */
function timeoutAfter(leftMs: number, stop: AbortController): NodeJS.Timeout {
  const waitMs = Math.min(Math.max(0, leftMs), 2 ** 31 - 1);
  return setTimeout(() => stop.abort("timeout" satisfies StopReason), waitMs);
}
