import { join } from "node:path";
import pg from "pg";
import { BackupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import { restoreDump } from "./dump.ts";
import { dumpBytes, type Manifest, rowsOf, tableDifferences } from "./manifest.ts";
import { databaseAt } from "./postgres-url.ts";
import { createDatabaseSql } from "./proof-server.ts";
import { checkDatabase, DUMP, type Fetched } from "./prove.ts";
import type { Repository } from "./repository.ts";
import { findSource } from "./restore-source.ts";
import { returnObjects } from "./return-objects.ts";
import { checkServerSpace } from "./server-space.ts";
import { databaseExists, dropDatabase, freeKeptName, renameDatabase, swapDatabases } from "./swap.ts";
import { tableFigures } from "./table-figures.ts";

export type RestoreArgs = {
  /** A backup's id, or a time. */
  to: string;
  /** A new database that takes the data; without it, the restored database takes the live one's place. */
  into: string | null;
};

export type Restored = {
  restorePoint: string;
  takenAt: string;
  /** The database that has the data now. */
  database: string;
  /** What the database that gave way is called now; null where none did. */
  keptAs: string | null;
  objectsReturned: number;
  /** Objects that rows name, and that are nowhere any more. */
  objectsLost: number;
  /** By table. */
  rows: Record<string, number>;
};

/** Makes a database from a fetched dump, on the live server, and checks it. One of that name is dropped first. */
async function buildDatabase(context: Context, name: string, manifest: Manifest, { directory }: Fetched) {
  const { databaseUrl, databaseEnv: env, config, note } = context;
  await dropDatabase(databaseUrl, name);
  await withConnection(databaseAt(databaseUrl, "postgres"), async (client) => {
    await client.query(createDatabaseSql(name, manifest.database));
    await client.query(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC`);
  });
  note(`restoring into ${name}`);
  await restoreDump({ directory: join(directory, DUMP), database: name, env, jobs: config.jobs });
  note("comparing");
  await checkDatabase(databaseAt(databaseUrl, name), manifest, context);
  await withConnection(databaseAt(databaseUrl, name), (client) => client.query("ANALYZE"));
}

/** Whether the live database is already what the backup holds, as after a run that was killed when it had swapped. */
async function isThereAlready({ databaseUrl }: Context, manifest: Manifest): Promise<boolean> {
  if (!(await databaseExists(databaseUrl, manifest.database.name))) return false;
  const url = databaseAt(databaseUrl, manifest.database.name);
  const figures = await withConnection(url, (client) => tableFigures(client));
  return tableDifferences(manifest.tables, figures).length === 0;
}

/** Puts the restored database in the live one's place. Returns what that is called now. */
async function takePlace(
  context: Context,
  fresh: string,
  { database, id }: Manifest,
): Promise<string | null> {
  const { databaseUrl: url, note } = context;
  const current = database.name;
  if (!(await databaseExists(url, current))) {
    await renameDatabase(url, fresh, current);
    return null;
  }
  const keptAs = await freeKeptName(url, current, id);
  note(`swapping; the database before it stays as ${keptAs}`);
  await swapDatabases({ url, fresh, current, keptAs });
  return keptAs;
}

/**
 * Restores beside the live database, and puts the result in its place or, where a name is given, under that. Where it
 * fails, nothing is left of it. Returns what the live one is called now; null where it still has its place.
 */
async function bringBack(context: Context, manifest: Manifest, fetched: Fetched, into: string | null) {
  const { databaseUrl: url, note } = context;
  const fresh = `${manifest.database.name}_restoring`;
  try {
    await buildDatabase(context, fresh, manifest, fetched);
    if (into === null) return await takePlace(context, fresh, manifest);
    await renameDatabase(url, fresh, into);
    return null;
  } catch (error) {
    await dropDatabase(url, fresh).catch(({ message }: Error) =>
      note(`database ${fresh} is left behind until the next restore: ${message}`),
    );
    throw error;
  }
}

/** Rejects where there is no room for the fetched dump, or for the database that is made from it. */
async function checkRoom(context: Context, manifest: Manifest): Promise<void> {
  await checkServerSpace(context, manifest);
  // A moment's dump is there already.
  if (manifest.kind !== "moment") context.scratch.checkRoom("to fetch the backup", dumpBytes(manifest));
}

/** Puts back the objects that are gone, from where the backup came from or, where one is not whole there, elsewhere. */
function returnLacking(
  context: Context,
  { objects: entries, repository }: Fetched & { repository: Repository },
) {
  const { stores, note, repositories } = context;
  const others = repositories.filter((other) => other !== repository);
  return returnObjects({ entries, stores, note, repositories: [repository, ...others] });
}

async function refuseTaken({ databaseUrl }: Context, into: string | null): Promise<void> {
  if (into === null || !(await databaseExists(databaseUrl, into))) return;
  throw new BackupError("refused", `there is a database ${into} already: choose another name for --into`);
}

/**
 * Brings a backup or a moment back: into a fresh database, which is compared with what was held then, and only then
 * takes the live one's place. Objects that are gone come back first. Killed at any point and run again, it ends in the
 * same state; where it fails, the live database stays. Only for whoever holds the lock.
 */
export async function restore(context: Context, { to, into }: RestoreArgs): Promise<Restored> {
  context.scratch.clean();
  await refuseTaken(context, into);
  const source = await findSource(context, to);
  const { manifest } = source;
  const isDone = into === null && (await isThereAlready(context, manifest));
  if (!isDone) await checkRoom(context, manifest);
  const fetched = await source.fetch();
  context.note("looking for objects that are gone");
  let objectsReturned = await returnLacking(context, fetched);
  if (isDone) context.note("the live database is already what the backup holds");
  const keptAs = isDone ? null : await bringBack(context, manifest, fetched, into);
  // Until the databases had changed places, no row named what came back: the app's sweep may have taken it.
  if (!isDone) objectsReturned += await returnLacking(context, fetched);
  context.scratch.clean();
  return {
    restorePoint: manifest.id,
    takenAt: manifest.takenAt,
    database: into ?? manifest.database.name,
    ...{ keptAs, objectsReturned, objectsLost: source.lostObjects.length, rows: rowsOf(manifest.tables) },
  };
}
