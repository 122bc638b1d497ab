import { readFileSync } from "node:fs";
import type pg from "pg";

/** An object that a row names. */
export type ReferencedObject = { key: string; sha256: string | null; required: boolean };

/**
 * What the product tells of its database: which objects rows name, a question that a good copy answers alike, and one
 * that databases of the same schema answer alike.
 */
export type AppQueries = { objects: string; check: string; schema: string };

/** Reads the product's queries from a folder. */
export function readAppQueries(directory: URL): AppQueries {
  const read = (name: string) => readFileSync(new URL(name, directory), "utf8");
  return { objects: read("objects.sql"), check: read("check.sql"), schema: read("schema.sql") };
}

/** The objects that rows name, as the connection sees them. None before the product has made its tables. */
export async function referencedObjects(
  client: pg.Client,
  { objects }: AppQueries,
): Promise<ReferencedObject[]> {
  if (await isEmpty(client)) return [];
  return (await client.query<ReferencedObject>(objects)).rows;
}

/** The answer to a question of the product, or null before it has made its tables. */
export async function checkAnswer(client: pg.Client, check: string): Promise<unknown> {
  if (await isEmpty(client)) return null;
  return (await client.query(check)).rows;
}

/** What tells the database's schema from others, or null before it has one. */
export async function schemaAnswer(client: pg.Client, { schema }: AppQueries): Promise<unknown> {
  if (await isEmpty(client)) return null;
  return (await client.query(schema)).rows;
}

/** Whether no migration has been applied yet: the record of migrations comes before all other tables. */
async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations' LIMIT 1",
  );
  return rows.length === 0;
}
