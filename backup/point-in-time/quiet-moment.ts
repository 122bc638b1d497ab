import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { checkAnswer } from "../app-queries.ts";
import { BackupError } from "../backup-error.ts";
import { connect } from "../connect.ts";
import type { Context } from "../context.ts";
import type { Manifest } from "../manifest.ts";
import { tableFigures } from "../table-figures.ts";

const TRIES_MAX = 1_000;
const PAUSE_MS = 20;

/** A place in the write-ahead log, and what the database held there. */
export type QuietMoment = { lsn: string } & Pick<Manifest, "tables" | "answer">;

const LOG_PLACE = "SELECT pg_current_wal_insert_lsn()::text AS lsn";
const IS_QUIET =
  "SELECT pg_snapshot_xmin(now) = pg_snapshot_xmax(now) AS quiet FROM (SELECT pg_current_snapshot() AS now) AS taken";

async function placeNow(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ lsn: string }>(LOG_PLACE);
  return rows[0]?.lsn ?? "";
}

/**
 * Opens a snapshot that agrees with one place in the log to the row: nothing was written while it was taken, and no
 * transaction that writes was under way, whose end might be in the log before others see it. Nobody is held up for it.
 */
async function openQuiet(client: pg.Client): Promise<string> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const before = await placeNow(client);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ quiet: boolean }>(IS_QUIET);
    if (rows[0]?.quiet && (await placeNow(client)) === before) return before;
    await client.query("ROLLBACK");
    await sleep(PAUSE_MS);
  }
  throw new BackupError("busy", "the database was written to without a pause: nothing could be compared");
}

/** Finds a moment at which nothing is written, and what the database holds then. */
export async function quietMoment({ databaseUrl, queries }: Context): Promise<QuietMoment> {
  const client = await connect(databaseUrl);
  try {
    await client.query("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0");
    const lsn = await openQuiet(client);
    return { lsn, tables: await tableFigures(client), answer: await checkAnswer(client, queries.check) };
  } finally {
    await client.end().catch(() => {});
  }
}
