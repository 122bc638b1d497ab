import { BackupError, backupError } from "./backup-error.ts";
import type { ObjectEntry } from "./manifest.ts";
import { damagedAt, keysFlag, liveSizes, OBJECTS, type ObjectStores, someOf } from "./objects.ts";
import { isCutOff, rcloneError } from "./rclone.ts";
import type { Repository } from "./repository.ts";

export type ReturnArgs = {
  entries: readonly ObjectEntry[];
  /** In the order in which they are asked. */
  repositories: readonly Repository[];
  stores: ObjectStores;
  note: (text: string) => void;
};

const keysOf = (entries: readonly ObjectEntry[]) => entries.map(({ key }) => key);

async function lackingOf(entries: readonly ObjectEntry[], stores: ObjectStores): Promise<ObjectEntry[]> {
  const live = await liveSizes(stores);
  return entries.filter(({ key, bytes }) => live.get(key) !== bytes);
}

/** Copies from one place. Returns those that it does not have, or not as they were: these are not in the bucket then. */
async function returnFrom(repository: Repository, wanted: readonly ObjectEntry[], stores: ObjectStores) {
  const { rclone, bucket, scratch } = stores;
  const live = `objects:${bucket}`;
  const copy = ["copy", "--ignore-times", "--no-traverse", keysFlag(scratch, keysOf(wanted))];
  const outcome = await rclone.attempt([...copy, repository.at(OBJECTS), live]);
  const error = rcloneError(`${repository.name}: objects`, outcome);
  // A copy that cannot be decrypted makes rclone fail when it has copied the others.
  if (outcome.exitCode !== 0 && error.reason !== "damaged" && !isCutOff(outcome)) throw error;
  const lacking = new Set(keysOf(await lackingOf(wanted, stores)));
  const there = wanted.filter(({ key }) => !lacking.has(key));
  const damaged = await damagedAt({ at: live }, there, stores);
  if (damaged.length > 0)
    await rclone.run("damaged objects", ["delete", "--no-traverse", keysFlag(scratch, damaged), live]);
  return wanted.filter(({ key }) => lacking.has(key) || damaged.includes(key));
}

/**
 * Puts back what the app's bucket lacks of a backup's objects: each from the first place that has it whole. Returns how
 * many. Rejects where one is nowhere whole.
 */
export async function returnObjects({ entries, repositories, stores, note }: ReturnArgs): Promise<number> {
  const lacking = await lackingOf(entries, stores);
  if (lacking.length === 0) return 0;
  const { rclone, bucket } = stores;
  await rclone.run("the app's bucket", ["mkdir", `objects,no_check_bucket=false:${bucket}`]);
  let left = lacking;
  let failure: BackupError | undefined;
  for (const [index, repository] of repositories.entries()) {
    try {
      left = await returnFrom(repository, left, stores);
    } catch (error) {
      failure ??= backupError(error);
    }
    if (left.length === 0) return lacking.length;
    const next = repositories[index + 1];
    const then = next ? `: trying ${next.name}` : "";
    note(
      `${repository.name}: ${left.length} objects cannot be had from there (${someOf(keysOf(left))})${then}`,
    );
  }
  throw (
    failure ??
    new BackupError(
      "object-missing",
      `copies of objects are missing or damaged everywhere: ${someOf(keysOf(left))}`,
    )
  );
}
