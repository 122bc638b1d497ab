import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Logger } from "pino";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import type { StopReason } from "../core/executor.ts";

export interface WorkerOptions {
  /** Jobs at once. */
  readonly poolSize: number;
  /** How long a claim holds without a renewal. */
  readonly leaseMs: number;
  /** How long a notification may be missed before we look by ourselves. */
  readonly pollMs: number;
}

export const WORKER_TIMES = { leaseMs: 30_000, pollMs: 2_000 } as const;

interface Run {
  readonly claim: Claim;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Runs one job to its end, and says when its training is over and only the end is to be stored. */
export type RunClaim = (claim: Claim, stop: AbortController, onTrained: () => void) => Promise<void>;

/**
 * Keeps up to `poolSize` jobs training; while the end of one is stored, the next may begin. A run whose lease could not
 * be renewed in time is stopped here before another worker may take its job, by this process's own clock.
 */
export class Worker {
  readonly #queue: Pick<Queue, "claim" | "renew" | "reap" | "isCanceled">;
  readonly #run: RunClaim;
  readonly #options: WorkerOptions;
  readonly #logger: Logger;
  /** By lease token: a job that was lost and claimed again by this same worker has two for a moment. */
  readonly #runs = new Map<string, Run>();
  /** Tokens of the runs that hold a place. */
  readonly #training = new Set<string>();
  #timers: NodeJS.Timeout[] = [];
  #claiming = false;
  #claimed: Promise<void> = Promise.resolve();
  #claimAgain = false;
  #draining = false;
  #renewedAt = performance.now();

  constructor(
    queue: Pick<Queue, "claim" | "renew" | "reap" | "isCanceled">,
    run: RunClaim,
    options: WorkerOptions,
    logger: Logger,
  ) {
    this.#queue = queue;
    this.#run = run;
    this.#options = options;
    this.#logger = logger;
  }

  /** Jobs that train: never more than the pool has places. */
  get active(): number {
    return this.#training.size;
  }

  /** With those whose end is being stored. */
  get unended(): number {
    return this.#runs.size;
  }

  start(): void {
    const { pollMs, leaseMs } = this.#options;
    this.#renewedAt = performance.now();
    this.#timers = [
      setInterval(() => this.wake(), pollMs),
      setInterval(() => void this.#renew(), leaseMs / 4),
      setInterval(() => void this.#reap(), leaseMs / 6),
    ];
    this.wake();
  }

  /** Looks for work now; called at each notification. */
  wake(): void {
    this.#claimAgain = true;
    if (!this.#claiming) this.#claimed = this.#fill();
  }

  /** Stops the run of a canceled job; without this call the next renewal finds it. */
  jobCanceled(jobId: string): void {
    for (const { stop } of this.#runsOf(jobId)) stop.abort("canceled" satisfies StopReason);
  }

  /** Takes no new job, stops the running ones with their progress kept, and waits for them. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const { stop } of this.#runs.values()) stop.abort("draining" satisfies StopReason);
    // A claim that is under way still brings jobs; they are given back too.
    await this.#claimed;
    await Promise.all([...this.#runs.values()].map(({ done }) => done));
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #fill(): Promise<void> {
    this.#claiming = true;
    try {
      while (this.#claimAgain && !this.#draining) {
        // Runs whose ends the database stored together have all been told of by the next turn.
        await turn();
        this.#claimAgain = false;
        const free = this.#options.poolSize - this.#training.size;
        if (free <= 0) break;
        const askedAt = performance.now();
        const claims = await this.#queue.claim(free);
        for (const claim of claims) this.#begin(claim, askedAt);
        if (claims.length > 0) this.#claimAgain = true;
      }
    } catch (err) {
      this.#logger.warn({ err }, "cannot claim jobs");
    } finally {
      this.#claiming = false;
    }
  }

  #begin(claim: Claim, askedAt: number): void {
    const stop = new AbortController();
    if (this.#runs.size === 0) this.#renewedAt = askedAt;
    this.#training.add(claim.token);
    const leavePlace = () => {
      if (this.#training.delete(claim.token)) this.wake();
    };
    // With as many ends waiting to be stored, the database is too slow for more.
    const onTrained = () => {
      if (this.#runs.size - this.#training.size < this.#options.poolSize) leavePlace();
    };
    const done = this.#stopOlder(claim.id)
      .then(() => this.#run(claim, stop, onTrained))
      .finally(() => {
        this.#runs.delete(claim.token);
        leavePlace();
      });
    this.#runs.set(claim.token, { claim, stop, done });
    if (this.#draining) stop.abort("draining" satisfies StopReason);
  }

  #runsOf(jobId: string): Run[] {
    return [...this.#runs.values()].filter(({ claim }) => claim.id === jobId);
  }

  /** A run of the same job that lost its lease is stopped, and given a moment to end, before the next begins. */
  async #stopOlder(jobId: string): Promise<void> {
    const older = this.#runsOf(jobId);
    if (older.length === 0) return;
    for (const { stop } of older) stop.abort("lease-lost" satisfies StopReason);
    await Promise.race([Promise.all(older.map(({ done }) => done)), sleep(this.#options.leaseMs / 2)]);
  }

  async #renew(): Promise<void> {
    const runs = [...this.#runs.values()];
    if (runs.length === 0) return;
    // First, for this process may have slept, or the last renewal may still hang.
    this.#stopUnrenewed(runs);
    const askedAt = performance.now();
    try {
      const held = await this.#queue.renew(runs.map(({ claim }) => claim.token));
      this.#renewedAt = askedAt;
      const lost = runs.filter(({ claim }) => !held.has(claim.token));
      await Promise.all(lost.map((run) => this.#stopLost(run)));
    } catch (err) {
      this.#logger.warn({ err }, "cannot renew leases");
    }
  }

  async #stopLost({ claim, stop }: Run): Promise<void> {
    if (stop.signal.aborted || !this.#runs.has(claim.token)) return;
    const reason: StopReason = (await this.#queue.isCanceled(claim.id)) ? "canceled" : "lease-lost";
    stop.abort(reason);
  }

  /** Nobody else can have the jobs yet; better to stop now than to run one twice. */
  #stopUnrenewed(runs: readonly Run[]): void {
    const { leaseMs } = this.#options;
    if (performance.now() - this.#renewedAt < leaseMs * 0.7) return;
    for (const { stop } of runs) stop.abort("lease-lost" satisfies StopReason);
  }

  async #reap(): Promise<void> {
    try {
      const found = await this.#queue.reap();
      if (found > 0) this.#logger.warn({ jobs: found }, "took back jobs of lost workers");
    } catch (err) {
      this.#logger.warn({ err }, "cannot look for lost workers");
    }
  }
}
