import { createHash } from "node:crypto";
import type pg from "pg";
import type { TestClient } from "./client.ts";

export interface ChaosFindings {
  /** Jobs by status at the end. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Jobs that never ended. */
  readonly unended: readonly string[];
  /** Jobs that ended again, or did anything after their end. */
  readonly endedTwice: readonly string[];
  /** Succeeded jobs whose model cannot be downloaded as it is described. */
  readonly modelsMissing: readonly string[];
  /** Models beyond the first of a job. */
  readonly modelsDoubled: number;
  /** Same data, same seed: 1, however often the training was interrupted. */
  readonly differentModels: number;
  /** Times a worker was lost with a job. */
  readonly interruptions: number;
}

/** Writes down each change of a job to or from an end, whoever makes it. */
export async function watchEnds(database: pg.Pool): Promise<void> {
  await database.query(`
    CREATE TABLE ends (job_id uuid, status text);
    CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO ends VALUES (NEW.id, NEW.status); RETURN NULL; END $$;
    CREATE TRIGGER note_end AFTER UPDATE OF status ON jobs FOR EACH ROW
      WHEN (NEW.finished_at IS NOT NULL OR OLD.finished_at IS NOT NULL) EXECUTE FUNCTION note_end()`);
}

export async function inspectJobs(database: pg.Pool, client: TestClient): Promise<ChaosFindings> {
  const statuses = await database.query<{ status: string; jobs: number }>(
    "SELECT status, count(*)::int AS jobs FROM jobs GROUP BY status",
  );
  const ends = await database.query<{ id: string; times: number }>(
    "SELECT id, count(job_id)::int AS times FROM jobs LEFT JOIN ends ON ends.job_id = jobs.id GROUP BY id",
  );
  const interruptions = await database.query<{ times: number }>(
    "SELECT count(*)::int AS times FROM job_log WHERE message = 'The worker was lost.'",
  );
  const models = await database.query<{ id: string; job_id: string; sha256: string }>(
    `SELECT models.id, jobs.id AS job_id, sha256 FROM jobs LEFT JOIN models ON models.job_id = jobs.id
     WHERE status = 'succeeded'`,
  );
  const modelsMissing: string[] = [];
  for (const { id, job_id, sha256 } of models.rows) {
    if (id === null || (await downloadedSha256(client, id)) !== sha256) modelsMissing.push(job_id);
  }
  return {
    statuses: Object.fromEntries(statuses.rows.map(({ status, jobs }) => [status, jobs])),
    unended: ends.rows.filter(({ times }) => times === 0).map(({ id }) => id),
    endedTwice: ends.rows.filter(({ times }) => times > 1).map(({ id }) => id),
    modelsMissing,
    modelsDoubled: models.rows.length - new Set(models.rows.map(({ job_id }) => job_id)).size,
    differentModels: new Set(models.rows.map(({ sha256 }) => sha256)).size,
    interruptions: interruptions.rows[0]?.times ?? 0,
  };
}

async function downloadedSha256(client: TestClient, modelId: string): Promise<string | undefined> {
  const answer = await client.fetch(`/models/${modelId}/download`);
  if (!answer.ok) return undefined;
  return createHash("sha256")
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest("hex");
}
