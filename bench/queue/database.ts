import pg from "pg";
import { migrate, readMigrations } from "../../app/adapters/postgres/migrate.ts";
import { createPool, type Pool } from "../../app/adapters/postgres/pool.ts";
import { startPostgres } from "../../app/testing/postgres.ts";

/** A migrated database on a server of its own that writes to disk as in production. */
export interface BenchDatabase {
  readonly url: string;
  readonly pool: Pool;
  remove(): Promise<void>;
}

export async function startDatabase(connectionsMax: number): Promise<BenchDatabase> {
  const server = await startPostgres(["shared_buffers=256MB"]);
  await server.admin("CREATE DATABASE bench");
  const url = server.url("bench");
  await migrate(url, await readMigrations(new URL("../../app/migrations/", import.meta.url)), "bench");
  const pool = createPool({
    url,
    connectionsMax,
    idleConnectionsMax: connectionsMax,
    connectionLifetimeMs: 3_600_000,
    applicationName: "bench",
  });
  return {
    url,
    pool,
    async remove() {
      await pool.end();
      await server.remove();
    },
  };
}

const DATASET = "01900000-0000-7000-8000-000000000001";

/** Empties the queue and puts `count` jobs in it that are due after `dueInMs`; their ids rise, as the API's do. */
export async function fillQueue(url: string, count: number, dueInMs = 0): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("TRUNCATE jobs, job_log, models, datasets");
    await client.query(
      `INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
       VALUES ($1, 'bench', 'text', 'ready', 1, 'x', 1, 'x')`,
      [DATASET],
    );
    await client.query(
      `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters, run_at)
       SELECT ('01900000-0001-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $2, 'char-mlp-small', 'local',
         '{"epochs": 1}', now() + $3 * interval '1 ms'
       FROM generate_series(1, $1) AS n`,
      [count, DATASET, dueInMs],
    );
    await client.query("VACUUM ANALYZE jobs");
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}

/** One due job, stored by the same statement as by `POST /jobs`. */
export const NEW_JOB = {
  datasetId: DATASET,
  baseModel: "char-mlp-small",
  executor: "local",
  parameters: { epochs: 1, learning_rate: 0.003, seed: 1, batch_size: 32, held_out_fraction: 0.1 },
} as const;
