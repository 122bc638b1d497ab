import type { LogLevel } from "../../core/executor.ts";
import type { Pool } from "./pool.ts";

export interface LogEntry {
  readonly seq: number;
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
}

/** Entries of a job after `after`, in order. */
export async function readLog(pool: Pool, jobId: string, after: number, limit: number): Promise<LogEntry[]> {
  const { rows } = await pool.query<LogEntry>({
    name: "read-log",
    text: `SELECT seq, time, level, message FROM job_log
           WHERE job_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    values: [jobId, after, limit],
  });
  return rows;
}
