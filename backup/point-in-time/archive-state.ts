import { withConnection } from "../connect.ts";
import { databaseAt } from "../postgres-url.ts";

/** How the server gets on with archiving its write-ahead log. */
export type ArchiveState = {
  /** Unix seconds; 0 where there was none. */
  lastArchived: number;
  /** Segments that wait for being archived; they stay on the server's disk until then. */
  waitingSegments: number;
  /** Of the log on the server's disk. */
  logBytes: number;
  isFailing: boolean;
};

/** A segment is tried again within a minute; one that has waited for so long is stuck. */
const STUCK_SECONDS = 300;

const STATE = `
  SELECT coalesce(extract(epoch FROM last_archived_time), 0)::float8 AS "lastArchived",
    (SELECT coalesce(sum(size), 0) FROM pg_ls_waldir())::float8 AS "logBytes",
    waiting.count::int AS "waitingSegments",
    current_setting('archive_mode') = 'off' OR waiting.count > 0 AND (
      coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false)
      OR waiting.oldest < now() - make_interval(secs => ${STUCK_SECONDS})) AS "isFailing"
  FROM pg_stat_archiver,
    (SELECT count(*), min(modification) AS oldest FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready') AS waiting`;

/** Asks the server. */
export async function archiveState(databaseUrl: string): Promise<ArchiveState> {
  return withConnection(databaseAt(databaseUrl, "postgres"), async (client) => {
    const { rows } = await client.query<ArchiveState>(STATE);
    return rows[0] as ArchiveState;
  });
}

/** What is wrong and what to do, in a line; undefined where nothing is. */
export function archiveFault({ isFailing, waitingSegments, logBytes, lastArchived }: ArchiveState) {
  if (!isFailing) return undefined;
  const since =
    lastArchived === 0 ? "never was" : `was last at ${new Date(lastArchived * 1_000).toISOString()}`;
  const waits = `${waitingSegments} segments wait, and the log takes ${Math.ceil(logBytes / 1e6)} MB of the database's disk, more and more`;
  return `the write-ahead log is not archived (it ${since}): ${waits}. The database's own log says why; docs/backups.md says what to do`;
}
