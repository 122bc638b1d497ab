import { BackupError, backupError } from "./backup-error.ts";
import { bringBack, dropLeft } from "./bring-back.ts";
import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import { dumpBytes, type Manifest, rowsOf, tableDifferences } from "./manifest.ts";
import { someOf } from "./objects.ts";
import { databaseAt } from "./postgres-url.ts";
import type { Fetched } from "./prove.ts";
import type { Repository } from "./repository.ts";
import { findSource } from "./restore-source.ts";
import { type Returned, returnObjects } from "./return-objects.ts";
import { checkServerSpace } from "./server-space.ts";
import { databaseExists } from "./swap.ts";
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
  /** Objects that rows name, and that are nowhere any more, or nowhere whole. */
  objectsLost: number;
  /** The first hundred of them. */
  lostKeys: readonly string[];
  /** By table. */
  rows: Record<string, number>;
};

/** The result is one line of a log. */
const LOST_KEYS_MAX = 100;

/** Whether the live database is already what the backup holds, as after a run that was killed when it had swapped. */
async function isThereAlready({ databaseUrl }: Context, manifest: Manifest): Promise<boolean> {
  if (!(await databaseExists(databaseUrl, manifest.database.name))) return false;
  const url = databaseAt(databaseUrl, manifest.database.name);
  const figures = await withConnection(url, (client) => tableFigures(client));
  return tableDifferences(manifest.tables, figures).length === 0;
}

/** Rejects where there is no room for the fetched dump, or for the database that is made from it. */
async function checkRoom(context: Context, manifest: Manifest): Promise<void> {
  await checkServerSpace(context, manifest);
  // A moment's dump is there already.
  if (manifest.kind !== "moment") context.scratch.checkRoom("to fetch the backup", dumpBytes(manifest));
}

type Placed = Fetched & { repository: Repository };

/** Puts back the objects that are gone, from where the backup came from or, where one is not whole there, elsewhere. */
function returnLacking(context: Context, { objects: entries, repository }: Placed) {
  const { stores, note, repositories } = context;
  const others = repositories.filter((other) => other !== repository);
  return returnObjects({ entries, stores, note, repositories: [repository, ...others] });
}

/**
 * Puts back what is gone once the restored database has its place: until then no row named what came back before, so
 * the app's sweep may have taken it. A failure here tells that nothing is as it was before the restore.
 */
async function returnSwept(
  context: Context,
  { manifest, into, fetched }: { manifest: Manifest; into: string | null; fetched: Placed },
): Promise<Returned> {
  try {
    return await returnLacking(context, fetched);
  } catch (error) {
    const name = into ?? manifest.database.name;
    const advice =
      into === null
        ? "run the same again: it leaves the database and brings back what lacks"
        : "drop it and run the same again";
    throw new BackupError(
      "unfinished",
      `database ${name} is what ${manifest.id} holds now, but of its ${fetched.objects.length} objects some may lack (${backupError(error).message}): ${advice}`,
    );
  }
}

async function refuseTaken({ databaseUrl }: Context, into: string | null): Promise<void> {
  if (into === null || !(await databaseExists(databaseUrl, into))) return;
  throw new BackupError("refused", `there is a database ${into} already: choose another name for --into`);
}

/**
 * Brings a backup or a moment back: into a fresh database, which is compared with what was held then, and only then
 * takes the live one's place. Objects that are gone come back first. Killed at any point and run again, it ends in the
 * same state; where it fails, the live database stays, unless the reason is `unfinished`. Only for whoever holds the lock.
 */
export async function restore(context: Context, { to, into }: RestoreArgs): Promise<Restored> {
  context.scratch.clean();
  await refuseTaken(context, into);
  const source = await findSource(context, to);
  const { manifest } = source;
  await dropLeft(context, manifest);
  const isDone = into === null && (await isThereAlready(context, manifest));
  if (!isDone) await checkRoom(context, manifest);
  const fetched = await source.fetch();
  context.note("looking for objects that are gone");
  const before = await returnLacking(context, fetched);
  if (isDone) context.note("the live database is already what the backup holds");
  const keptAs = isDone ? null : await bringBack(context, manifest, fetched, into);
  const after = isDone ? before : await returnSwept(context, { manifest, into, fetched });
  context.scratch.clean();
  const lost = [...source.lostObjects, ...after.lost];
  if (lost.length > 0) context.note(`nowhere whole any more: ${someOf(lost)}`);
  return {
    restorePoint: manifest.id,
    takenAt: manifest.takenAt,
    database: into ?? manifest.database.name,
    keptAs,
    objectsReturned: new Set([...before.returned, ...after.returned]).size,
    objectsLost: lost.length,
    lostKeys: lost.slice(0, LOST_KEYS_MAX),
    rows: rowsOf(manifest.tables),
  };
}
