import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReferencedObject } from "./app-queries.ts";
import { BackupError, backupError } from "./backup-error.ts";
import { damagedCopies, noteDamagedCopies } from "./damaged-copies.ts";
import type { ObjectEntry } from "./manifest.ts";
import { isCutOff, type Rclone, rcloneError } from "./rclone.ts";
import type { Repository } from "./repository.ts";

/** Objects never change once they are written, so a copy is made once and shared by all backups that name it. */
export const OBJECTS = "objects";

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Bytes of a list of objects. */
export function objectBytes(objects: readonly ObjectEntry[]): number {
  return sum(objects.map(({ bytes }) => bytes));
}

/** The flag that names keys to rclone, one a line in a file. */
export function keysFlag(scratch: string, keys: readonly string[]): string {
  const path = join(scratch, "keys");
  writeFileSync(path, keys.join("\n"));
  return `--files-from-raw=${path}`;
}

export type ObjectStores = { rclone: Rclone; bucket: string; scratch: string };

/** Sizes of all objects of the app, by key. */
export async function liveSizes({ rclone, bucket }: ObjectStores): Promise<Map<string, number>> {
  const args = [
    "lsjson",
    "--recursive",
    "--files-only",
    "--no-modtime",
    "--no-mimetype",
    `objects:${bucket}`,
  ];
  try {
    const listed = JSON.parse(await rclone.run("the app's objects", args)) as {
      Path: string;
      Size: number;
    }[];
    return new Map(listed.map(({ Path, Size }) => [Path, Size]));
  } catch (error) {
    // The app makes its bucket when it first starts.
    if (backupError(error).reason === "not-found") return new Map();
    throw error;
  }
}

export type Copied = {
  /** Those that nobody has read since they were copied, or were found damaged. */
  unread: ObjectEntry[];
  /** Whether that was not known, so that all of them are unread. */
  isNoteUnreadable: boolean;
  /** All that are there now. */
  entries: ObjectEntry[];
  /** Those that are not: objects which were deleted meanwhile. */
  vanished: ReferencedObject[];
};

/** Copies the objects that a repository lacks, or whose copy was found damaged there. */
export async function copyObjects(
  wanted: readonly ReferencedObject[],
  repository: Repository,
  stores: ObjectStores,
): Promise<Copied> {
  const [live, before] = await Promise.all([liveSizes(stores), repository.sizes(OBJECTS)]);
  const { keys: damaged, isUnreadable } = await damagedCopies(repository);
  const isThere = (sizes: Map<string, number>, key: string) =>
    sizes.has(key) && (!live.has(key) || sizes.get(key) === live.get(key));
  const missing = wanted.filter(({ key }) => live.has(key) && (damaged.has(key) || !isThere(before, key)));
  const isMissing = new Set(missing.map(({ key }) => key));
  if (missing.length > 0) {
    const list = keysFlag(stores.scratch, [...isMissing]);
    const target = repository.at(OBJECTS);
    await stores.rclone.run(`${repository.name}: objects`, [
      ...["copy", "--ignore-times", "--no-traverse", list, `objects:${stores.bucket}`, target],
    ]);
  }
  const after = missing.length > 0 ? await repository.sizes(OBJECTS) : before;
  const isUnread = (key: string) => isUnreadable || damaged.has(key) || isMissing.has(key);
  const entry = ({ key, sha256 }: ReferencedObject) => ({ key, sha256, bytes: after.get(key) ?? 0 });
  return {
    unread: wanted.filter(({ key }) => isThere(after, key) && isUnread(key)).map(entry),
    isNoteUnreadable: isUnreadable,
    entries: wanted.filter(({ key }) => isThere(after, key)).map(entry),
    vanished: wanted.filter(({ key }) => !isThere(after, key)),
  };
}

/** Whether it is an object's turn to be read again: within every so many backups, each one's comes once. */
export function isTurn(key: string, sequence: number, every: number): boolean {
  return createHash("sha256").update(key).digest().readUInt32BE() % every === sequence % every;
}

export type ProveObjectsArgs = {
  entries: readonly ObjectEntry[];
  /** Those of them that are read. */
  read: readonly ObjectEntry[];
  /** Whether they are of a backup that was taken just now. */
  isNew: boolean;
};

/**
 * Rejects unless every object's copy is there with its size, and those to be read decrypt to their digests. Writes down
 * which do not, so that they are copied again.
 */
export async function proveObjects(
  { entries, read, isNew }: ProveObjectsArgs,
  repository: Repository,
  stores: ObjectStores,
): Promise<void> {
  const sizes = await repository.sizes(OBJECTS);
  const lost = entries.filter(({ key, bytes }) => sizes.get(key) !== bytes).map(({ key }) => key);
  if (lost.length > 0)
    throw new BackupError("object-missing", `copies of objects are missing or cut off: ${someOf(lost)}`);
  const damaged = await damagedAt(
    { at: repository.at(OBJECTS), stored: repository.stored(OBJECTS) },
    read,
    stores,
  );
  // Only a backup that is new names all that the app has now.
  const isAll = isNew && read.length === entries.length;
  await noteDamagedCopies(repository, { read: read.map(({ key }) => key), damaged, isAll });
  if (damaged.length > 0)
    throw new BackupError("object-damaged", `copies of objects are damaged: ${someOf(damaged)}`);
}

/** Names the first few. */
export function someOf(keys: readonly string[]): string {
  return `${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ` and ${keys.length - 3} more` : ""}`;
}

/** Where objects lie, as rclone names it; and the bucket itself, where they are encrypted in it. */
export type ObjectPlace = { at: string; stored?: string };

/** The digest of one object; undefined where it is damaged. */
async function digestAlone({ at, stored }: Required<ObjectPlace>, key: string, rclone: Rclone) {
  const decrypted = ["hashsum", "sha256", "--download", `${at}/${key}`];
  const asStored = ["cat", "--discard", `${stored}/${key}.bin`];
  try {
    return (await rclone.read(`object ${key}`, { decrypted, asStored })).slice(0, 64);
  } catch (error) {
    if (backupError(error).reason === "damaged") return undefined;
    throw error;
  }
}

/** Digests by key. One that cannot be decrypted makes rclone fail when it has read the others. */
async function digestsAt(place: ObjectPlace, keys: readonly string[], { rclone, scratch }: ObjectStores) {
  const { at, stored } = place;
  const outcome = await rclone.attempt(["hashsum", "sha256", "--download", keysFlag(scratch, keys), at]);
  const lines = outcome.stdout.split("\n").filter((line) => /^[0-9a-f]{64} /.test(line));
  const digests = new Map<string, string | undefined>(
    lines.map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  if (outcome.exitCode === 0) return digests;
  const error = rcloneError(`objects in ${at}`, outcome);
  if (stored === undefined || (error.reason !== "damaged" && !isCutOff(outcome))) throw error;
  for (const key of keys.filter((key) => !digests.has(key)))
    digests.set(key, await digestAlone({ at, stored }, key, rclone));
  return digests;
}

/** Keys of those that are damaged in a place, or have another digest than the one that a row tells. */
export async function damagedAt(place: ObjectPlace, read: readonly ObjectEntry[], stores: ObjectStores) {
  if (read.length === 0) return [];
  const keys = read.map(({ key }) => key);
  const digests = await digestsAt(place, keys, stores);
  return read
    .filter(({ key, sha256 }) => !digests.get(key) || (sha256 !== null && digests.get(key) !== sha256))
    .map(({ key }) => key);
}
