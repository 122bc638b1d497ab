import { JOB_STATUSES, type JobStatus } from "../../core/job.ts";
import type { Pool } from "./pool.ts";

/** Over this, a process is taken to be gone; it reports every few seconds. */
const SEEN_WITHIN = "interval '20 seconds'";

export type ProcessKind = "api" | "worker";
export type Figures = Readonly<Record<string, number>>;

/** Stores what a process says of itself. */
export async function reportProcess(
  pool: Pool,
  id: string,
  kind: ProcessKind,
  figures: Figures,
): Promise<void> {
  await pool.query({
    name: "report-process",
    text: `INSERT INTO processes (id, kind, figures) VALUES ($1, $2, $3)
           ON CONFLICT (id) DO UPDATE SET seen_at = now(), figures = excluded.figures`,
    values: [id, kind, figures],
  });
}

export async function forgetProcess(pool: Pool, id: string): Promise<void> {
  await pool.query("DELETE FROM processes WHERE id = $1 OR seen_at < now() - interval '1 hour'", [id]);
}

/** What the processes that are alive last reported. */
export async function aliveProcesses(pool: Pool): Promise<{ kind: ProcessKind; figures: Figures }[]> {
  const { rows } = await pool.query<{ kind: ProcessKind; figures: Figures }>({
    name: "alive-processes",
    text: `SELECT kind, figures FROM processes WHERE seen_at > now() - ${SEEN_WITHIN}`,
  });
  return rows;
}

export async function countJobs(pool: Pool): Promise<Record<JobStatus, number>> {
  const { rows } = await pool.query<{ status: JobStatus; count: number }>(
    "SELECT status, count(*) AS count FROM jobs GROUP BY status",
  );
  const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

/** What the accepted datasets and the models take up, by our books. */
export async function countObjects(
  pool: Pool,
): Promise<{ datasets: number; models: number; used_bytes: number }> {
  const { rows } = await pool.query<{ datasets: number; models: number; used_bytes: number }>(
    `SELECT d.count AS datasets, m.count AS models, (d.bytes + m.bytes)::bigint AS used_bytes
     FROM (SELECT count(*), coalesce(sum(bytes), 0) AS bytes FROM datasets) d,
          (SELECT count(*), coalesce(sum(bytes), 0) AS bytes FROM models) m`,
  );
  return rows[0] ?? { datasets: 0, models: 0, used_bytes: 0 };
}
