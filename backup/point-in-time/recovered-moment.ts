import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { backupError } from "../backup-error.ts";
import { momentId } from "../backup-id.ts";
import type { Context } from "../context.ts";
import { dumpDatabase } from "../dump.ts";
import { fileEntries } from "../file-entries.ts";
import { notATime } from "../find-backup.ts";
import type { Manifest, ObjectEntry } from "../manifest.ts";
import { liveSizes, OBJECTS, objectBytes } from "../objects.ts";
import { databaseOf } from "../postgres-url.ts";
import type { ProofServer } from "../proof-server.ts";
import { DUMP, type Fetched, OBJECT_LIST } from "../prove.ts";
import type { Repository } from "../repository.ts";
import { openSnapshot, type Snapshot } from "../snapshot.ts";
import { archiveUntilNow } from "./archived-now.ts";
import { type Chosen, chooseBases } from "./choose-base.ts";
import { readPlaces, toolOf } from "./places.ts";
import { withRecovered } from "./recover.ts";

/** A moment that was brought back, as a dump in scratch space: a backup that was never stored. */
export type RecoveredMoment = Fetched & {
  repository: Repository;
  manifest: Manifest;
  /** Whether the base backup that it comes from was. */
  isProven: boolean;
  /** Keys that rows named then, of objects that are nowhere any more. */
  lostObjects: readonly string[];
};

/** The objects that rows named: those that are still live, or were copied. */
async function objectsOf({ objects }: Snapshot, repository: Repository, context: Context) {
  const [live, copies] = await Promise.all([liveSizes(context.stores), repository.sizes(OBJECTS)]);
  const sizeOf = (key: string) => live.get(key) ?? copies.get(key);
  const entries: ObjectEntry[] = objects.flatMap(({ key, sha256 }) => {
    const bytes = sizeOf(key);
    return bytes === undefined ? [] : [{ key, sha256, bytes }];
  });
  const lost = objects.filter(({ key, required }) => required && sizeOf(key) === undefined);
  return { entries, lostObjects: lost.map(({ key }) => key) };
}

async function dumped(context: Context, server: ProofServer, moment: Date, { place, isProven }: Chosen) {
  const { scratch, config, databaseUrl, queries, note } = context;
  const snapshot = await openSnapshot(server.url(databaseOf(databaseUrl)), queries);
  try {
    const { entries, lostObjects } = await objectsOf(snapshot, place.repository, context);
    const directory = scratch.fresh("fetched");
    note(`dumping ${(snapshot.shape.bytes / 1e6).toFixed(0)} MB`);
    const [tables, answer] = [await snapshot.figures(), await snapshot.answer()];
    const [schema, { check }] = [await snapshot.schema(), queries];
    await dumpDatabase({ snapshot, directory: join(directory, DUMP), env: server.env, jobs: config.jobs });
    writeFileSync(join(directory, OBJECT_LIST), JSON.stringify(entries));
    const manifest: Manifest = {
      ...{ format: 1, kind: "moment", release: null, sequence: 0, tables, answer, schema, check },
      id: momentId(moment),
      takenAt: moment.toISOString(),
      database: snapshot.shape,
      files: await fileEntries(directory),
      objects: { count: entries.length, bytes: objectBytes(entries) },
    };
    return { directory, objects: entries, repository: place.repository, manifest, lostObjects, isProven };
  } finally {
    await snapshot.close();
  }
}

function readMoment(time: string): Date {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) throw notATime(time);
  return moment;
}

/**
 * Brings the database back as it was at a moment, into scratch space: everything committed until then, and nothing
 * later. The live server is only asked to archive its log. Only for whoever holds the lock.
 */
export async function recoverMoment(context: Context, time: string): Promise<RecoveredMoment> {
  const moment = readMoment(time);
  const tool = toolOf(context);
  const chosen = chooseBases((await readPlaces(context)).places, moment, new Date());
  // An older moment may be all there, even where the log is not archived right now; its replay tells.
  await archiveUntilNow(context, tool).catch((error) => context.note(backupError(error).message));
  let failure: unknown;
  for (const each of chosen) {
    const { place, base, isProven } = each;
    if (!isProven)
      context.note(`${place.repository.name}: base backup ${base.label} was never proven: its replay tells`);
    const args = { tool, place: place.place, base, target: { time: moment } };
    try {
      return await withRecovered(context, args, (server) => dumped(context, server, moment, each));
    } catch (error) {
      context.note(`${place.repository.name}: ${backupError(error).message}`);
      failure ??= error;
    }
  }
  throw failure;
}
