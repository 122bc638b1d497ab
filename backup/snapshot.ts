import type pg from "pg";
import {
  type AppQueries,
  checkAnswer,
  type ReferencedObject,
  referencedObjects,
  schemaAnswer,
} from "./app-queries.ts";
import { connect } from "./connect.ts";
import type { DatabaseShape, TableFigures } from "./manifest.ts";
import { tableFigures } from "./table-figures.ts";

const SHAPE = `
  SELECT datname AS name, pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding,
    datcollate AS collate, datctype AS ctype, pg_database_size(oid)::float8 AS bytes
  FROM pg_database WHERE datname = current_database()`;

/** One moment of a database, held open: what is read from it and what a dump of it holds agree to the row. */
export type Snapshot = {
  /** The name under which a dump joins it. */
  name: string;
  takenAt: Date;
  shape: DatabaseShape;
  objects: ReferencedObject[];
  figures(): Promise<Record<string, TableFigures>>;
  answer(): Promise<unknown>;
  schema(): Promise<unknown>;
  close(): Promise<void>;
};

/** Opens a snapshot of the database that the URL names. */
export async function openSnapshot(url: string, queries: AppQueries): Promise<Snapshot> {
  const client = await connect(url);
  try {
    await client.query("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0");
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { name, now } = await exported(client);
    const { rows } = await client.query<DatabaseShape>(SHAPE);
    return {
      name,
      takenAt: now,
      shape: rows[0] as DatabaseShape,
      objects: await referencedObjects(client, queries),
      figures: () => tableFigures(client),
      answer: () => checkAnswer(client, queries.check),
      schema: () => schemaAnswer(client, queries),
      close: () => client.end().catch(() => {}),
    };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

async function exported(client: pg.Client): Promise<{ name: string; now: Date }> {
  const { rows } = await client.query<{ name: string; now: Date }>(
    "SELECT pg_export_snapshot() AS name, now() AS now",
  );
  return rows[0] as { name: string; now: Date };
}
