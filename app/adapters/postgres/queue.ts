import type { DatasetFormat } from "../../core/dataset.ts";
import type { LogLevel } from "../../core/executor.ts";
import { INTERRUPTIONS_MAX, type Job } from "../../core/job.ts";
import { Announcer } from "./announcer.ts";
import { JOB_CHANGED, JOB_QUEUED } from "./listener.ts";
import type { Pool } from "./pool.ts";

/** A job this worker may run until its lease ends; `token` proves it in every write. */
export interface Claim {
  readonly id: string;
  readonly token: string;
  readonly attempt: number;
  readonly base_model: string;
  readonly executor: Job["executor"];
  readonly parameters: Job["parameters"];
  /** What its runs so far took together; what it waited between them is not counted. */
  readonly ran_ms: number;
  readonly checkpoint_key: string | null;
  readonly dataset_id: string;
  /** Null when the dataset is gone, which the API does not allow. */
  readonly dataset: {
    readonly name: string;
    readonly format: DatasetFormat;
    readonly bytes: number;
    readonly sha256: string;
    readonly object_key: string;
  } | null;
}

export interface LogLine {
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
}

export interface FinishedModel {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly objectKey: string;
}

const NO_LEASE = "lease_token = NULL, lease_expires_at = NULL, worker = NULL, updated_at = now()";

/**
 * The running side of the table `jobs`. Every write but `claim` and `reap` names the lease token and changes nothing
 * when the job was meanwhile canceled or given to another worker: it then returns false.
 */
export class Queue {
  readonly #pool: Pool;
  readonly #worker: string;
  readonly #leaseMs: number;
  readonly #changes: Announcer;

  constructor(pool: Pool, worker: string, leaseMs: number) {
    this.#pool = pool;
    this.#changes = new Announcer(pool, JOB_CHANGED);
    this.#worker = worker;
    this.#leaseMs = leaseMs;
  }

  /** Takes up to `limit` jobs that are due, oldest first. */
  async claim(limit: number): Promise<Claim[]> {
    const { rows } = await this.#pool.query<Claim>({
      name: `claim ${limit}`,
      text: claim(limit),
      values: [this.#leaseMs, this.#worker],
    });
    return rows;
  }

  /** Prolongs the leases and returns the tokens that still hold. */
  async renew(tokens: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.#pool.query<{ lease_token: string }>({
      name: "renew",
      text: `UPDATE jobs SET ${ran("$2")}, lease_expires_at = now() + $2 * interval '1 ms'
             WHERE status = 'running' AND lease_token = ANY ($1::uuid[]) RETURNING lease_token`,
      values: [tokens, this.#leaseMs],
    });
    return new Set(rows.map(({ lease_token }) => lease_token));
  }

  /** Why a token no longer holds. */
  async isCanceled(jobId: string): Promise<boolean> {
    const { rows } = await this.#pool.query("SELECT FROM jobs WHERE id = $1 AND status = 'canceled'", [
      jobId,
    ]);
    return rows.length === 1;
  }

  /** Appends log lines and raises the progress. */
  async report(claim: Claim, lines: readonly LogLine[], progress: number): Promise<boolean> {
    const values = [claim.id, claim.token, progress, ...columns(lines)];
    const held = await this.#holds({ name: "report", text: REPORT, values });
    if (held) this.#changes.announce(claim.id);
    return held;
  }

  /** Makes the object the job's checkpoint. It got on: only losses without one in between speak against it. */
  async saveCheckpoint(claim: Claim, key: string): Promise<boolean> {
    return this.#holds({
      name: "save-checkpoint",
      text: `UPDATE jobs SET checkpoint_key = $3, interruptions = 0, updated_at = now()
             WHERE id = $1 AND lease_token = $2 RETURNING id`,
      values: [claim.id, claim.token, key],
    });
  }

  /**
   * Appends the last log lines, ends the job and makes its model visible, in one transaction. Doing it again for the
   * same model is harmless.
   */
  async succeed(claim: Claim, model: FinishedModel, lines: readonly LogLine[] = []): Promise<boolean> {
    const { id, name, contentType, bytes, sha256, metrics, objectKey } = model;
    const held = await this.#holds({
      name: "succeed",
      text: SUCCEED,
      values: [
        ...[claim.id, claim.token, ...columns(lines)],
        ...[id, name, contentType, bytes, sha256, metrics, objectKey],
      ],
    });
    this.#changes.announce(claim.id);
    // An answer may be lost after the commit: then the lease is gone because this very model was stored.
    return held || this.#holds({ text: "SELECT FROM models WHERE id = $1", values: [id] });
  }

  async fail(claim: Claim, error: string): Promise<boolean> {
    return this.#end(claim, `status = 'failed', error = $4, finished_at = now()`, [error]);
  }

  /** Queues the job for its next attempt, not before the delay is over. */
  async retry(claim: Claim, error: string, delayMs: number): Promise<boolean> {
    return this.#end(
      claim,
      `status = 'queued', resuming = false, error = $4, run_at = now() + $5 * interval '1 ms'`,
      [error, delayMs],
    );
  }

  /** Queues the job to go on where it is, in the same attempt and in its old place: before all that came after it. */
  async giveBack(claim: Claim): Promise<boolean> {
    return this.#end(claim, "status = 'queued', resuming = true", []);
  }

  /**
   * Queues jobs whose worker fell silent, to go on where they are in the same attempt, or fails those that lost too
   * many; returns how many.
   */
  async reap(): Promise<number> {
    const { rows } = await this.#pool.query({ name: "reap", text: REAP, values: [INTERRUPTIONS_MAX] });
    return rows.length;
  }

  async #end(claim: Claim, change: string, values: unknown[]): Promise<boolean> {
    return this.#holds({
      text: `WITH done AS (
               UPDATE jobs SET ${change}, ${ran("$3")}, ${NO_LEASE}
               WHERE id = $1 AND lease_token = $2 RETURNING id, status
             )
             SELECT pg_notify('${JOB_CHANGED}', id::text),
               CASE WHEN status = 'queued' THEN pg_notify('${JOB_QUEUED}', '') END FROM done`,
      values: [claim.id, claim.token, this.#leaseMs, ...values],
    });
  }

  async #holds(query: { name?: string; text: string; values: unknown[] }): Promise<boolean> {
    const { rows } = await this.#pool.query(query);
    return rows.length === 1;
  }
}

/** Counts what was run since the lease was last prolonged; `leaseMs` is the parameter that holds how long it lasts. */
const ran = (leaseMs: string) => `ran_ms = ran_ms
  + greatest(0, 1000 * extract(epoch FROM now() + ${leaseMs} * interval '1 ms' - lease_expires_at))`;

/** As parameters of `unnest`. */
function columns(lines: readonly LogLine[]): string[][] {
  return [
    lines.map(({ time }) => time),
    lines.map(({ level }) => level),
    lines.map(({ message }) => message),
  ];
}

/**
 * Nobody waits until a claim is on the disk: one that a crash of the server takes back leaves the job in the queue, and
 * the token of the run that lost it opens nothing. Claims follow one another, so that wait was most of their time.
 * The limit stands in the text: for one that it does not know, Postgres plans the statement anew each time.
 */
const claim = (limit: number) => `
  WITH next AS (
    SELECT id, dataset_id FROM set_config('synchronous_commit', 'off', true), jobs
    WHERE status = 'queued' AND run_at <= now()
    ORDER BY run_at, id LIMIT ${limit} FOR UPDATE OF jobs SKIP LOCKED
  )
  UPDATE jobs SET
    status = 'running', lease_token = gen_random_uuid(), lease_expires_at = now() + $1 * interval '1 ms',
    worker = $2, attempt = attempt + CASE WHEN resuming THEN 0 ELSE 1 END, resuming = false,
    started_at = coalesce(started_at, now()), updated_at = now()
  FROM next LEFT JOIN datasets ON datasets.id = next.dataset_id AND datasets.object_key IS NOT NULL
  WHERE jobs.id = next.id
  RETURNING jobs.id, jobs.lease_token AS token, jobs.attempt, jobs.base_model, jobs.executor, jobs.parameters,
    jobs.ran_ms, jobs.checkpoint_key, jobs.dataset_id,
    CASE WHEN datasets.id IS NOT NULL THEN jsonb_build_object('name', datasets.name, 'format', datasets.format,
      'bytes', datasets.bytes, 'sha256', datasets.sha256, 'object_key', datasets.object_key) END AS dataset`;

/** Numbers the lines from the row `held.seq` on. */
const logLines = (times: string, levels: string, messages: string) => `
    INSERT INTO job_log (job_id, seq, time, level, message)
    SELECT held.id, held.seq + line.n, line.time, line.level, line.message
    FROM held, unnest(${times}::timestamptz[], ${levels}::text[], ${messages}::text[])
      WITH ORDINALITY AS line (time, level, message, n)`;

const REPORT = `
  WITH held AS (
    UPDATE jobs SET log_seq = log_seq + cardinality($4::timestamptz[]), progress = greatest(progress, $3),
      updated_at = now()
    WHERE id = $1 AND lease_token = $2 RETURNING id, log_seq - cardinality($4::timestamptz[]) AS seq
  ), logged AS (${logLines("$4", "$5", "$6")}
  )
  SELECT FROM held`;

const SUCCEED = `
  WITH held AS (
    UPDATE jobs SET status = 'succeeded', progress = 1, error = NULL, model_id = $6, finished_at = now(),
      log_seq = log_seq + cardinality($3::timestamptz[]), ${NO_LEASE}
    WHERE id = $1 AND lease_token = $2
    RETURNING id, dataset_id, base_model, log_seq - cardinality($3::timestamptz[]) AS seq
  ), logged AS (${logLines("$3", "$4", "$5")}
  ), stored AS (
    INSERT INTO models (id, job_id, dataset_id, base_model, name, content_type, bytes, sha256, metrics, object_key)
    SELECT $6, id, dataset_id, base_model, $7, $8, $9, $10, $11::jsonb, $12 FROM held
  )
  SELECT FROM held`;

/**
 * A job keeps its place at its first loss without a checkpoint in between. One that kills its workers never gets to the
 * next one, and would be claimed first each time with the same jobs beside it: it waits, longer with each loss.
 */
const REAP = `
  WITH lost AS (
    SELECT id, interruptions + 1 AS times FROM jobs
    WHERE status = 'running' AND lease_expires_at < now() FOR UPDATE SKIP LOCKED
  ), done AS (
    UPDATE jobs SET
      status = CASE WHEN times >= $1 THEN 'failed' ELSE 'queued' END,
      error = CASE WHEN times >= $1 THEN 'The worker was lost ' || times || ' times while it ran this job.' END,
      finished_at = CASE WHEN times >= $1 THEN now() END,
      run_at = CASE WHEN times > 1 THEN now() + random() * times * interval '30 s' ELSE run_at END,
      interruptions = times, resuming = true, log_seq = log_seq + 1, ${NO_LEASE}
    FROM lost WHERE jobs.id = lost.id RETURNING jobs.id, jobs.status, jobs.log_seq
  ), noted AS (
    INSERT INTO job_log (job_id, seq, time, level, message)
    SELECT id, log_seq, now(), 'warn', 'The worker was lost.' FROM done
  )
  SELECT pg_notify('${JOB_CHANGED}', id::text), pg_notify('${JOB_QUEUED}', '') FROM done`;
