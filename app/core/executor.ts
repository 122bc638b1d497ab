import type { Readable } from "node:stream";
import type { DatasetFormat } from "./dataset.ts";
import type { TrainingParameters } from "./parameters.ts";

export type ExecutorName = "local" | "kaggle";

/** Something that can turn a dataset into a model: this machine's CPU, or Kaggle. */
export interface Executor {
  readonly name: ExecutorName;
  /**
   * Trains until done. Must stop soon after `context.signal` aborts, by rejecting with the signal's reason.
   * Rejects with {@link PermanentJobError} when the job itself is wrong (fails once) and with
   * {@link TransientJobError} for outside reasons (retried, up to 3 attempts). Any other error counts as transient.
   */
  run(job: ExecutorJob, context: ExecutorContext): Promise<TrainedModel>;
  /**
   * Ends what a job that is over has left running elsewhere, as its last checkpoint tells, and says in a line what it
   * found; undefined while something may still begin to run. For executors whose work outlives their process.
   */
  stopLeftOver?(checkpoint: Buffer | undefined, signal: AbortSignal): Promise<string | undefined>;
}

export interface ExecutorJob {
  /** UUIDv7 of the job; stable over attempts. */
  readonly id: string;
  /** 1 for the first attempt. A resume after a drain or a lost worker keeps the number. */
  readonly attempt: number;
  readonly baseModel: string;
  /** Complete: defaults are filled in. */
  readonly parameters: TrainingParameters;
  readonly dataset: ExecutorDataset;
}

export interface ExecutorDataset {
  readonly name: string;
  readonly format: DatasetFormat;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Opens the content from its first byte; may be called again. */
  open(): Promise<Readable>;
}

/** Why a run has to stop. It is the `reason` of the context's signal. */
export type StopReason = "canceled" | "draining" | "timeout" | "lease-lost";

export interface ExecutorContext {
  /** Aborts with a {@link StopReason} string as its reason. */
  readonly signal: AbortSignal;
  /** Appends to the job's log, in order. Never blocks; lines over 2,000 characters are cut. */
  log(level: LogLevel, message: string): void;
  /** Share of the work done, 0–1. Never blocks; values out of range are clamped. */
  progress(fraction: number): void;
  /** The last checkpoint saved for this job, by whichever worker, or undefined at a fresh start. */
  loadCheckpoint(): Promise<Buffer | undefined>;
  /** Replaces the job's checkpoint; rejects when the lease is lost. At most 64 MB. */
  saveCheckpoint(data: Buffer): Promise<void>;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface TrainedModel {
  /** File name for the download, e.g. `model.safetensors`. */
  readonly name: string;
  readonly contentType: string;
  /** Finite numbers only, e.g. `{ held_out_loss: 1.83 }`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly content: Readable | Buffer;
}

/** The job itself is wrong: it fails at once, and its message is shown to the user. */
export class PermanentJobError extends Error {
  override readonly name = "PermanentJobError";
}

/** An outside reason: the job is tried again, not before `retryAfterMs` when given. */
export class TransientJobError extends Error {
  override readonly name = "TransientJobError";
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}
