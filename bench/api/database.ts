import pg from "pg";
import { migrate, readMigrations } from "../../app/adapters/postgres/migrate.ts";
import { newId } from "../../app/core/id.ts";
import { startPostgres } from "../../app/testing/postgres.ts";

export interface ApiDatabase {
  readonly url: string;
  remove(): Promise<void>;
}

/** A migrated database on a server of its own that writes to disk as in production. */
export async function startDatabase(): Promise<ApiDatabase> {
  const server = await startPostgres(["shared_buffers=256MB"]);
  await server.admin("CREATE DATABASE bench");
  const url = server.url("bench");
  await migrate(url, await readMigrations(new URL("../../app/migrations/", import.meta.url)), "bench");
  return { url, remove: () => server.remove() };
}

/** Puts jobs in as they look when they are done; returns their ids. */
export async function benchJobs(url: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const dataset = newId();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
     VALUES ($1, 'bench', 'text', 'ready', 1, 'x', 1, 'x')`,
    [dataset],
  );
  await client.query(
    `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters, status, progress, attempt, model_id,
       started_at, finished_at)
     SELECT id, $2, 'char-mlp-small', 'local', $3, 'failed', 0.5, 3, NULL, now(), now() FROM unnest($1::uuid[]) AS new (id)`,
    [ids, dataset, { epochs: 5, learning_rate: 0.003, seed: 1, batch_size: 32, held_out_fraction: 0.1 }],
  );
  await client.query("VACUUM ANALYZE jobs");
  await client.end();
  return ids;
}
