import type { RunningStack } from "../../e2e/running-stack.ts";

/** Bytes of a line of a job's log, its key, its row's head and its place in the index included. */
const BYTES_PER_LINE = 510;
const JOBS = 1_000;

/** Rows of the app's own kind: jobs that ended, each with a log that compresses half as well as text does. */
function statements(megabytes: number): string[] {
  const lines = Math.ceil((megabytes * 1e6) / BYTES_PER_LINE / JOBS);
  return [
    "INSERT INTO datasets (id, name, format) VALUES (gen_random_uuid(), 'filled', 'text')",
    `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters, status, finished_at)
     SELECT gen_random_uuid(), (SELECT id FROM datasets WHERE name = 'filled'), 'char-mlp-base', 'local', '{}', 'failed',
       now() FROM generate_series(1, ${JOBS})`,
    `INSERT INTO job_log (job_id, seq, time, level, message)
     SELECT id, seq, now(), 'info',
       (SELECT string_agg(md5(id::text || seq || part), '') FROM generate_series(1, 12) AS part)
     FROM jobs, generate_series(1, ${lines}) AS seq WHERE status = 'failed'`,
  ];
}

/** Fills the app's database. Returns its size in megabytes (10^6 bytes). */
export async function fill({ psql }: RunningStack, megabytes: number): Promise<number> {
  for (const statement of statements(megabytes)) await psql(statement);
  return Number(await psql("SELECT pg_database_size('app')")) / 1e6;
}

const TABLES = ["schema_migrations", "datasets", "jobs", "job_log", "models"];

/** Of each table its number of rows, and a sum over all that stands in them. */
export async function fingerprint({ psql }: RunningStack): Promise<string> {
  const sums = TABLES.map(
    (table) => `SELECT '${table}', count(*), sum(hashtextextended(t::text, 0)) FROM ${table} AS t`,
  );
  return psql(sums.join(" UNION ALL "));
}
