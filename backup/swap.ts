import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { BackupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import { databaseAt } from "./postgres-url.ts";

const TRIES_MAX = 10;
const TERMINATE_MS = 50;
/** A server knows within half a minute that whoever asked for a rename is gone. */
const RENAME_MS_MAX = 60_000;

const quoted = pg.escapeIdentifier;

export async function databaseExists(url: string, name: string): Promise<boolean> {
  return withConnection(databaseAt(url, "postgres"), async (client) => {
    const { rows } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    return rows.length > 0;
  });
}

/** Drops a database with whoever is connected to it. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await withConnection(databaseAt(url, "postgres"), (client) =>
    client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`),
  );
}

/**
 * Drops a database that must be there. A rename of it that is under way, and may yet be done, is waited for: then it is
 * there no more, and this rejects.
 */
export async function dropExisting(url: string, name: string): Promise<void> {
  await withConnection(databaseAt(url, "postgres"), async (client) => {
    await client.query(`SET lock_timeout = ${RENAME_MS_MAX}`);
    await client.query(`DROP DATABASE ${quoted(name)} WITH (FORCE)`);
  });
}

/** Gives a database that nobody is connected to another name. */
export async function renameDatabase(url: string, from: string, to: string): Promise<void> {
  await withConnection(databaseAt(url, "postgres"), (client) =>
    client.query(`ALTER DATABASE ${quoted(from)} RENAME TO ${quoted(to)}`),
  );
}

/** Ends all connections to a database, again and again until the work is done: clients come back at once. */
async function whileTerminating<Result>(
  url: string,
  database: string,
  work: Promise<Result>,
): Promise<Result> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => {});
  await withConnection(databaseAt(url, "postgres"), async (client) => {
    while (!isDone) {
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
        [database],
      );
      await sleep(TERMINATE_MS);
    }
  });
  return done;
}

export type Swap = { url: string; fresh: string; current: string; keptAs: string };

/**
 * Puts a database in the place of another, which is kept under a new name. Both renames are one transaction: clients
 * find the old one or the new one, never none, and a kill leaves things as they were. New connections wait for it.
 */
export async function swapDatabases({ url, fresh, current, keptAs }: Swap): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await swapOnce({ url, fresh, current, keptAs });
    } catch (error) {
      // Connections that were not gone within Postgres' five seconds.
      if ((error as { code?: string }).code !== "55006" || tries === TRIES_MAX) throw swapError(error);
    }
  }
}

async function swapOnce({ url, fresh, current, keptAs }: Swap): Promise<void> {
  await withConnection(databaseAt(url, "postgres"), async (client) => {
    await client.query("BEGIN");
    const renamed = client.query(`ALTER DATABASE ${quoted(current)} RENAME TO ${quoted(keptAs)}`);
    await whileTerminating(url, current, renamed);
    await client.query(`ALTER DATABASE ${quoted(fresh)} RENAME TO ${quoted(current)}`);
    await client.query("COMMIT");
  });
}

function swapError(error: unknown): BackupError {
  const { message } = error as Error;
  return new BackupError("restore-failed", `the restored database could not take its place: ${message}`);
}

/** A name for the database that gives way: `NAME_before_ID`, with a number where a restore before has taken it. */
export async function freeKeptName(url: string, database: string, id: string): Promise<string> {
  const wanted = `${database}_before_${id}`;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!(await databaseExists(url, name))) return name;
  }
}
