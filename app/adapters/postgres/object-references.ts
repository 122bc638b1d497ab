import { MAY_HAVE_LEFT } from "./left-overs.ts";
import type { Pool } from "./pool.ts";

/** Those of the keys that a dataset, a model, an unfinished job or what a finished one has left running still needs. */
export async function referencedKeys(pool: Pool, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ key: string }>(
    `SELECT object_key AS key FROM datasets WHERE object_key = ANY ($1)
     UNION SELECT upload_key FROM datasets WHERE upload_key = ANY ($1)
     UNION SELECT object_key FROM models WHERE object_key = ANY ($1)
     UNION SELECT checkpoint_key FROM jobs
       WHERE checkpoint_key = ANY ($1) AND (status IN ('queued', 'running') OR (${MAY_HAVE_LEFT}))`,
    [keys],
  );
  return new Set(rows.map(({ key }) => key));
}

const SWEEP_LOCK = 7_365_821_905;

/** Runs the work unless another process is at it. */
export async function whenAlone(pool: Pool, work: () => Promise<unknown>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_lock($1) AS free", [
      SWEEP_LOCK,
    ]);
    if (!rows[0]?.free) return;
    await work().finally(() => client.query("SELECT pg_advisory_unlock($1)", [SWEEP_LOCK]));
  } finally {
    client.release();
  }
}
