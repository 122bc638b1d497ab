import DataLoader from "dataloader";
import type { ExecutorName } from "../../core/executor.ts";
import { newId } from "../../core/id.ts";
import type { Job, JobStatus } from "../../core/job.ts";
import type { TrainingParameters } from "../../core/parameters.ts";
import { LAST_ID } from "./datasets.ts";
import { MAY_HAVE_LEFT } from "./left-overs.ts";
import { JOB_CANCELED, JOB_CHANGED, JOB_QUEUED } from "./listener.ts";
import { type Client, inTransaction, type Pool } from "./pool.ts";

export const JOB_COLUMNS = `id, status, dataset_id, base_model, executor, parameters, progress, attempt, error, model_id,
  created_at, started_at, finished_at, updated_at`;

export interface NewJob {
  readonly datasetId: string;
  readonly baseModel: string;
  readonly executor: ExecutorName;
  readonly parameters: TrainingParameters;
  readonly idempotency?: { readonly key: string; readonly bodyHash: string };
}

export type CreateOutcome =
  | { readonly outcome: "created" | "known"; readonly job: Job }
  | { readonly outcome: "no-dataset" }
  | { readonly outcome: "dataset-empty" }
  | { readonly outcome: "key-used-otherwise" };

export type RemoveOutcome =
  | { readonly outcome: "removed"; readonly keys: readonly string[] }
  | { readonly outcome: "missing" }
  | { readonly outcome: "unfinished" }
  | { readonly outcome: "left-running" };

/** Jobs that are looked up by one statement at most. */
const FOUND_TOGETHER_MAX = 100;

/** The table `jobs`, as its callers see it. Running them is `Queue`'s part. */
export class Jobs {
  readonly #pool: Pool;
  readonly #finder: DataLoader<string, Job | undefined>;

  constructor(pool: Pool) {
    this.#pool = pool;
    // Requests that were read in the same turn of the event loop share a statement; none waits for others to come.
    // The way to the database is about half of an answer's work, and jobs are what clients poll.
    this.#finder = new DataLoader((ids) => findJobs(pool, ids), {
      cache: false,
      maxBatchSize: FOUND_TOGETHER_MAX,
      batchScheduleFn: (send) => setImmediate(send),
    });
  }

  /** Queues a job, or gives back the one made with the same idempotency key and body. */
  async create(job: NewJob): Promise<CreateOutcome> {
    return inTransaction(this.#pool, async (client) => {
      const known = job.idempotency && (await findByKey(client, job.idempotency));
      if (known) return known;
      const dataset = await client.query<{ status: string }>(
        "SELECT status FROM datasets WHERE id = $1 FOR KEY SHARE",
        [job.datasetId],
      );
      if (!dataset.rows[0]) return { outcome: "no-dataset" };
      if (dataset.rows[0].status !== "ready") return { outcome: "dataset-empty" };
      const created = await insert(client, job);
      if (created) return { outcome: "created", job: created };
      const raced = job.idempotency && (await findByKey(client, job.idempotency));
      if (!raced) throw new Error("a job with this idempotency key vanished");
      return raced;
    });
  }

  find(id: string): Promise<Job | undefined> {
    return this.#finder.load(id);
  }

  async list(
    limit: number,
    filter: { status?: JobStatus | undefined; datasetId?: string | undefined },
    before: string = LAST_ID,
  ): Promise<Job[]> {
    const values: unknown[] = [before, limit];
    const conditions = ["id < $1"];
    if (filter.status) conditions.push(`status = $${values.push(filter.status)}`);
    if (filter.datasetId) conditions.push(`dataset_id = $${values.push(filter.datasetId)}`);
    const { rows } = await this.#pool.query<Job>(
      `SELECT ${JOB_COLUMNS} FROM jobs WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT $2`,
      values,
    );
    return rows;
  }

  /** Ends a job that is not finished; its worker, if any, loses its lease by this. Undefined: no such job. */
  async cancel(id: string): Promise<Job | undefined> {
    await this.#pool.query(
      `WITH done AS (
         UPDATE jobs SET status = 'canceled', finished_at = now(), updated_at = now(), lease_token = NULL,
           lease_expires_at = NULL, worker = NULL, log_seq = log_seq + 1
         WHERE id = $1 AND status IN ('queued', 'running') RETURNING id, log_seq
       ), noted AS (
         INSERT INTO job_log (job_id, seq, time, level, message)
         SELECT id, log_seq, now(), 'info', 'Canceled on request.' FROM done
       )
       SELECT pg_notify('${JOB_CHANGED}', id::text), pg_notify('${JOB_CANCELED}', id::text) FROM done`,
      [id],
    );
    return this.find(id);
  }

  /**
   * Removes a finished job with its log and its model; returns the objects that these had. A job that may have left
   * something running elsewhere stays until that is stopped: nothing else tells what it is.
   */
  async remove(id: string): Promise<RemoveOutcome> {
    return inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<Removable>(
        `SELECT finished_at IS NOT NULL AS finished, checkpoint_key,
           checkpoint_key IS NOT NULL AND ${MAY_HAVE_LEFT} AS has_left
         FROM jobs WHERE id = $1 FOR UPDATE`,
        [id],
      );
      const [found] = rows;
      if (!found) return { outcome: "missing" };
      if (!found.finished) return { outcome: "unfinished" };
      if (found.has_left) return { outcome: "left-running" };
      const models = await client.query<{ object_key: string }>(
        "DELETE FROM models WHERE job_id = $1 RETURNING object_key",
        [id],
      );
      await client.query("DELETE FROM jobs WHERE id = $1", [id]);
      const keys = [found.checkpoint_key, ...models.rows.map(({ object_key }) => object_key)];
      return { outcome: "removed", keys: keys.filter((key) => key !== null) };
    });
  }
}

interface Removable {
  readonly finished: boolean;
  readonly checkpoint_key: string | null;
  readonly has_left: boolean;
}

/** The jobs with these ids, in any case of letters, in the same order; undefined where there is none. */
async function findJobs(pool: Pool, ids: readonly string[]): Promise<(Job | undefined)[]> {
  const { rows } = await pool.query<Job>({
    name: "find-jobs",
    // Within a subquery Postgres plans for any number of ids once; without, anew for each statement.
    text: `SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ANY (ARRAY (SELECT unnest($1::uuid[])))`,
    values: [ids],
  });
  const byId = new Map(rows.map((job) => [job.id, job]));
  return ids.map((id) => byId.get(id.toLowerCase()));
}

async function findByKey(
  client: Client,
  { key, bodyHash }: { key: string; bodyHash: string },
): Promise<CreateOutcome | undefined> {
  const { rows } = await client.query<Job & { idempotency_hash: string }>(
    `SELECT ${JOB_COLUMNS}, idempotency_hash FROM jobs WHERE idempotency_key = $1`,
    [key],
  );
  const [job] = rows;
  if (!job) return undefined;
  return job.idempotency_hash === bodyHash ? { outcome: "known", job } : { outcome: "key-used-otherwise" };
}

/** Undefined when another request with the same idempotency key was faster. */
async function insert(client: Client, job: NewJob): Promise<Job | undefined> {
  const { rows } = await client.query<Job>(
    `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters, idempotency_key, idempotency_hash)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
     RETURNING ${JOB_COLUMNS}, pg_notify('${JOB_QUEUED}', '')`,
    [
      newId(),
      job.datasetId,
      job.baseModel,
      job.executor,
      job.parameters,
      job.idempotency?.key ?? null,
      job.idempotency?.bodyHash ?? null,
    ],
  );
  return rows[0];
}
