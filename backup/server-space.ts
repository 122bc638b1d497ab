import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import type { Manifest } from "./manifest.ts";
import { databaseAt } from "./postgres-url.ts";
import { refuseTight } from "./scratch.ts";

/** A restored database may be a little larger than it was, and its server writes a log of it besides. */
const SHARE = 1.2;
const LOG_BYTES = 200e6;

/** Free bytes by what `df -Pk` says of one place; undefined where it says something else. */
export function freeBytes(said: readonly string[]): number | undefined {
  const [, free] = /\s\d+\s+\d+\s+(\d+)\s+\d+%/.exec(said.at(-1) ?? "") ?? [];
  return free === undefined ? undefined : Number(free) * 1_024;
}

/** Asks the server about the disk with its data: nobody else may see it. */
async function freeOnServer(url: string): Promise<number | undefined> {
  return withConnection(databaseAt(url, "postgres"), async (client) => {
    await client.query("CREATE TEMPORARY TABLE said (line text)");
    // One whole line each: no character of it parts columns.
    await client.query(
      "COPY said FROM PROGRAM 'df -Pk .' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')",
    );
    const { rows } = await client.query<{ line: string }>("SELECT line FROM said");
    return freeBytes(rows.map(({ line }) => line));
  }).catch(() => undefined);
}

/** Rejects, before anything is written, where the live server has no room for a restored database beside its own. */
export async function checkServerSpace(
  { databaseUrl, note }: Context,
  { database }: Manifest,
): Promise<void> {
  const free = await freeOnServer(databaseUrl);
  if (free === undefined) return note("how much of the database server's disk is free cannot be told");
  const needed = database.bytes * SHARE + LOG_BYTES;
  refuseTight({ what: "to restore", where: "the database server's disk", needed, free });
}
