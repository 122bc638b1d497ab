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

/** Keys of those that the app's bucket lacked: what came back, and what is nowhere whole any more. */
export type Returned = { returned: string[]; lost: string[] };

const keysOf = (entries: readonly ObjectEntry[]) => entries.map(({ key }) => key);

async function lackingOf(entries: readonly ObjectEntry[], stores: ObjectStores): Promise<ObjectEntry[]> {
  const live = await liveSizes(stores);
  return entries.filter(({ key, bytes }) => live.get(key) !== bytes);
}

/** Rejects where one that did not come is there and whole: then the way failed, and it is not lost. */
async function refuseWhole(repository: Repository, left: readonly ObjectEntry[], stores: ObjectStores) {
  if (left.length === 0) return;
  const sizes = await repository.sizes(OBJECTS);
  const there = left.filter(({ key, bytes }) => sizes.get(key) === bytes);
  const place = { at: repository.at(OBJECTS), stored: repository.stored(OBJECTS) };
  const damaged = new Set(await damagedAt(place, there, stores));
  const whole = keysOf(there).filter((key) => !damaged.has(key));
  if (whole.length > 0)
    throw new BackupError("store-unreachable", `${repository.name}: ${someOf(whole)} did not come whole`);
}

/** Copies from one place. Returns those that it does not have, or not as they were: these are not in the bucket then. */
async function returnFrom(repository: Repository, wanted: readonly ObjectEntry[], stores: ObjectStores) {
  const { rclone, bucket, scratch } = stores;
  const live = `objects:${bucket}`;
  const copy = ["copy", "--ignore-times", "--no-traverse", keysFlag(scratch, keysOf(wanted))];
  const outcome = await rclone.attempt([...copy, repository.at(OBJECTS), live]);
  const error = rcloneError(`${repository.name}: objects`, outcome);
  // A copy that cannot be decrypted makes rclone fail when it has copied the others.
  const isOwn = error.reason === "damaged" || error.reason === "not-found" || isCutOff(outcome);
  if (outcome.exitCode !== 0 && !isOwn) throw error;
  const lacking = new Set(keysOf(await lackingOf(wanted, stores)));
  const there = wanted.filter(({ key }) => !lacking.has(key));
  const damaged = await damagedAt({ at: live }, there, stores);
  if (damaged.length > 0)
    await rclone.run("damaged objects", ["delete", "--no-traverse", keysFlag(scratch, damaged), live]);
  const left = wanted.filter(({ key }) => lacking.has(key) || damaged.includes(key));
  await refuseWhole(repository, left, stores);
  return left;
}

/**
 * Puts back what the app's bucket lacks of a backup's objects: each from the first place that has it whole. Rejects
 * where one did not come, and a place could not be asked for it.
 */
export async function returnObjects({ entries, repositories, stores, note }: ReturnArgs): Promise<Returned> {
  const lacking = await lackingOf(entries, stores);
  if (lacking.length === 0) return { returned: [], lost: [] };
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
    if (left.length === 0) break;
    const next = repositories[index + 1];
    const then = next ? `: trying ${next.name}` : "";
    note(
      `${repository.name}: ${left.length} objects cannot be had from there (${someOf(keysOf(left))})${then}`,
    );
  }
  const lost = new Set(keysOf(left));
  if (failure && lost.size > 0)
    throw new BackupError(failure.reason, `${someOf([...lost])} cannot be brought back: ${failure.message}`);
  return { lost: [...lost], returned: keysOf(lacking).filter((key) => !lost.has(key)) };
}
