import pg from "pg";
import type { TableFigures } from "./manifest.ts";

/** Tables with data that lasts: unlogged ones are emptied by a crash, and no backup has their rows. */
const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence = 'p'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  ORDER BY 1, 2`;

/** The same row reads the same in both databases, whatever their settings are. */
const ONE_SPELLING = `SET extra_float_digits = 1; SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres';
  SET bytea_output = 'hex'; SET timezone = 'UTC'; SET search_path = pg_catalog, public`;

function figuresQuery(schema: string, name: string): string {
  const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
  return `SELECT count(*) AS rows, coalesce(bit_xor(hashtextextended(slipway_row::text, 0)), 0) AS digest
    FROM ONLY ${table} AS slipway_row`;
}

/** Rows and content of every table, by schema and name, as the connection sees them. */
export async function tableFigures(client: pg.Client): Promise<Record<string, TableFigures>> {
  await client.query(ONE_SPELLING);
  const { rows: tables } = await client.query<{ schema: string; name: string }>(TABLES);
  const figures: Record<string, TableFigures> = {};
  for (const { schema, name } of tables) {
    const { rows } = await client.query<{ rows: string; digest: string }>(figuresQuery(schema, name));
    const [found] = rows;
    if (found) figures[`${schema}.${name}`] = { rows: Number(found.rows), digest: found.digest };
  }
  return figures;
}
