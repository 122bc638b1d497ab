import type { ExecutorName } from "../../core/executor.ts";
import type { Pool } from "./pool.ts";

/** A job that ended without success and whose checkpoint may tell of something that still runs elsewhere. */
export interface LeftOver {
  readonly id: string;
  readonly checkpoint_key: string;
  /** Its last run has surely ended too: whatever that was about to start is there by now. */
  readonly is_settled: boolean;
}

/** Longer than anything runs elsewhere by itself. */
const KEPT = "finished_at > now() - interval '12 hours'";
/** Longer than a run takes to end whose lease was lost. */
const SETTLED = "finished_at < now() - interval '5 minutes'";
/** Jobs whose checkpoints are needed after their end. */
export const MAY_HAVE_LEFT = `executor <> 'local' AND status IN ('canceled', 'failed') AND ${KEPT}`;

/** Up to `limit` of them, the oldest first. */
export async function findLeftOvers(pool: Pool, executor: ExecutorName, limit: number): Promise<LeftOver[]> {
  const { rows } = await pool.query<LeftOver>(
    `SELECT id, checkpoint_key, ${SETTLED} AS is_settled FROM jobs
     WHERE ${MAY_HAVE_LEFT} AND executor = $1 AND checkpoint_key IS NOT NULL ORDER BY id LIMIT $2`,
    [executor, limit],
  );
  return rows;
}

/** Nothing of the job runs any more, which its log says. Its checkpoint is an orphan from now on. */
export async function forgetLeftOver(
  pool: Pool,
  { id, checkpoint_key }: LeftOver,
  message: string,
): Promise<void> {
  await pool.query(
    `WITH done AS (
       UPDATE jobs SET checkpoint_key = NULL, log_seq = log_seq + 1
       WHERE id = $1 AND checkpoint_key = $2 AND finished_at IS NOT NULL RETURNING id, log_seq
     )
     INSERT INTO job_log (job_id, seq, time, level, message) SELECT id, log_seq, now(), 'info', $3 FROM done`,
    [id, checkpoint_key, message],
  );
}
