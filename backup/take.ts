import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackupError, backupError } from "./backup-error.ts";
import { newBackupId } from "./backup-id.ts";
import type { Context } from "./context.ts";
import { dumpDatabase } from "./dump.ts";
import { fileEntries } from "./file-entries.ts";
import { type BackupKind, dumpBytes, type Manifest, type ObjectEntry } from "./manifest.ts";
import { copyObjects, objectBytes } from "./objects.ts";
import { DUMP, OBJECT_LIST, proveBackup } from "./prove.ts";
import { prune } from "./prune.ts";
import type { Repository } from "./repository.ts";
import { openSnapshot, type Snapshot } from "./snapshot.ts";

const SNAPSHOT_TRIES = 3;

export type TakeArgs = { kind: BackupKind; release: string | null };

/** A backup that was taken and proven. */
export type Taken = { manifest: Manifest; bytes: number };

/** A snapshot, and for each repository the objects that it names and has. */
type Prepared = { snapshot: Snapshot; objects: ObjectEntry[]; unread: ReadonlySet<string> };

/** Copies a snapshot's objects everywhere. Returns nothing where one was deleted since: then a newer one is needed. */
async function copied(context: Context, snapshot: Snapshot, repositories: readonly Repository[]) {
  const keys = new Set<string>();
  let objects: ObjectEntry[] = [];
  for (const repository of repositories) {
    context.note(`${repository.name}: copying objects`);
    const outcome = await copyObjects(snapshot.objects, repository, context.stores);
    if (outcome.isNoteUnreadable)
      context.note(`${repository.name}: its list of damaged objects is damaged: all objects are read`);
    const lost = outcome.vanished.filter(({ required }) => required).map(({ key }) => key);
    if (lost.length > 0) return { lost };
    for (const { key } of outcome.unread) keys.add(key);
    // What one repository lacks is not promised by a backup that lies in both.
    const there = new Set(outcome.entries.map(({ key }) => key));
    objects = repository === repositories[0] ? outcome.entries : objects.filter(({ key }) => there.has(key));
  }
  return { objects, unread: keys };
}

async function prepare(context: Context, repositories: readonly Repository[]): Promise<Prepared> {
  for (let tries = 1; ; tries += 1) {
    const snapshot = await openSnapshot(context.databaseUrl, context.queries);
    try {
      context.scratch.checkSpace(snapshot.shape.bytes);
      const outcome = await copied(context, snapshot, repositories);
      if (!outcome.lost) return { snapshot, ...outcome };
      if (tries === SNAPSHOT_TRIES) throw lostObjects(outcome.lost);
    } catch (error) {
      await snapshot.close();
      throw error;
    }
    await snapshot.close();
  }
}

function lostObjects(keys: readonly string[]): BackupError {
  return new BackupError(
    "object-missing",
    `rows name objects that the object store does not have: ${keys.slice(0, 3).join(", ")}`,
  );
}

/** Dumps a snapshot into scratch space, with the list of its objects. */
async function dumped(context: Context, { snapshot, objects }: Prepared, args: TakeArgs, sequence: number) {
  const { scratch, databaseEnv: env, config, note } = context;
  note("counting rows");
  const [tables, answer] = [await snapshot.figures(), await snapshot.answer()];
  const [schema, { check }] = [await snapshot.schema(), context.queries];
  const directory = scratch.fresh("dumped");
  note(`dumping ${(snapshot.shape.bytes / 1e6).toFixed(0)} MB`);
  await dumpDatabase({ snapshot, directory: join(directory, DUMP), env, jobs: config.jobs });
  writeFileSync(join(directory, OBJECT_LIST), JSON.stringify(objects));
  const manifest: Manifest = {
    ...{ format: 1, ...args, sequence, tables, answer, schema, check },
    id: newBackupId(snapshot.takenAt),
    takenAt: snapshot.takenAt.toISOString(),
    database: snapshot.shape,
    files: await fileEntries(directory),
    objects: { count: objects.length, bytes: objectBytes(objects) },
  };
  return { directory, manifest };
}

/** Those repositories that can be worked with, and why the others cannot. */
async function openRepositories({ repositories }: Context) {
  const failures: BackupError[] = [];
  const open: Repository[] = [];
  for (const repository of repositories) {
    try {
      await repository.open();
      open.push(repository);
    } catch (error) {
      failures.push(backupError(error));
    }
  }
  if (open.length === 0 && failures[0]) throw failures[0];
  return { open, failures };
}

/**
 * Takes a backup, stores it in every repository and proves it from there. What can be stored and proven is, even where
 * another repository fails; but it rejects with the first failure. Only for whoever holds the lock.
 */
export async function takeBackup(context: Context, args: TakeArgs): Promise<Taken> {
  const { scratch, note } = context;
  scratch.clean();
  const { open, failures } = await openRepositories(context);
  const sequence = await nextSequence(context, open);
  const prepared = await prepare(context, open);
  const { directory, manifest } = await dumped(context, prepared, args, sequence).finally(() =>
    prepared.snapshot.close(),
  );
  let isProven = false;
  for (const [index, repository] of open.entries()) {
    try {
      note(`${repository.name}: storing backup ${manifest.id}`);
      await repository.store(manifest, directory);
      if (index === open.length - 1) rmSync(directory, { recursive: true });
      note(`${repository.name}: proving backup ${manifest.id}`);
      await proveBackup(context, { repository, manifest, read: prepared, restores: !isProven });
      isProven = true;
      await prune(context, repository);
    } catch (error) {
      failures.push(backupError(error));
    }
  }
  scratch.clean();
  if (failures[0]) throw failures[0];
  return { manifest, bytes: dumpBytes(manifest) };
}

/** One more than the highest number in the first repository. */
async function nextSequence({ scratch }: Context, [first]: readonly Repository[]): Promise<number> {
  const listed = (await first?.list(scratch.fresh("list"))) ?? [];
  return Math.max(0, ...listed.map((backup) => ("damaged" in backup ? 0 : backup.manifest.sequence))) + 1;
}
