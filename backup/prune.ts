import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BackupError, backupError } from "./backup-error.ts";
import type { Context } from "./context.ts";
import type { ObjectEntry, Proof } from "./manifest.ts";
import { keysFlag, OBJECTS } from "./objects.ts";
import type { Repository } from "./repository.ts";
import { type KeptCandidate, keptIds } from "./retention.ts";
import type { StoredBackup } from "./stored-backup.ts";

/** One that only lacks copies of objects is whole again when those were copied anew: it stays as if it were good. */
function stateOf(proof: Proof | undefined): KeptCandidate["state"] {
  const isMendable = proof?.reason === "object-damaged" || proof?.reason === "object-missing";
  return proof === undefined || isMendable ? "unproven" : proof.state;
}

function candidate(backup: StoredBackup): KeptCandidate[] {
  if ("damaged" in backup) return [];
  const { manifest, proof } = backup;
  const { id, kind, takenAt, schema = "untold" } = manifest;
  return [{ id, kind, takenAt, state: stateOf(proof), schema: JSON.stringify(schema) }];
}

/** What is there. Nothing may be removed by a list that could not be read to its end. */
async function everyBackup({ scratch }: Context, repository: Repository) {
  try {
    const backups = await repository.list(scratch.fresh("list"));
    const unfinished = await repository.unfinished();
    const listed = new Set(backups.map(({ id }) => id));
    return { backups, unfinished: unfinished.filter((id) => !listed.has(id)) };
  } catch (error) {
    const { reason, message } = backupError(error);
    const what = `${repository.name}: what is there could not all be read, so nothing was removed by the rule`;
    throw new BackupError(reason, `${what}: ${message}`);
  }
}

/**
 * Removes what the rule does not keep: backups, what killed runs have left of some, and copies of objects that no
 * remaining backup names. Only for whoever holds the lock.
 */
export async function prune(context: Context, repository: Repository): Promise<void> {
  const { config, note } = context;
  const { backups, unfinished } = await everyBackup(context, repository);
  const candidates = backups.flatMap(candidate);
  const kept = keptIds(candidates, config.keep);
  const removed = candidates.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  for (const id of removed) await repository.remove(id);
  for (const id of unfinished) await repository.remove(id, { isFinished: false });
  if (removed.length > 0) note(`${repository.name}: removed ${removed.join(", ")} by the rule`);
  // While a backup cannot be read, nobody knows which objects it names.
  const damaged = backups.filter((backup) => "damaged" in backup).map(({ id }) => id);
  if (damaged.length > 0)
    return note(`${repository.name}: no copy of an object was removed: ${damaged.join(", ")} cannot be read`);
  await sweepObjects(context, repository, backups.length - removed.length);
}

async function sweepObjects(
  { scratch, stores, note }: Context,
  repository: Repository,
  count: number,
): Promise<void> {
  const directory = scratch.fresh("object-lists");
  await repository.fetchOfAll("/*/objects.json", directory);
  const lists = globSync("*/objects.json", { cwd: directory });
  // A list that cannot be read now may name anything.
  if (lists.length !== count)
    return note(`${repository.name}: no copy of an object was removed: not every list of them can be read`);
  const named = new Set(
    lists.flatMap((path) =>
      (JSON.parse(readFileSync(join(directory, path), "utf8")) as ObjectEntry[]).map(({ key }) => key),
    ),
  );
  const orphans = [...(await repository.sizes(OBJECTS)).keys()].filter((key) => !named.has(key));
  if (orphans.length === 0) return;
  await stores.rclone.run(`${repository.name}: unnamed objects`, [
    ...["delete", "--no-traverse", keysFlag(stores.scratch, orphans), repository.at(OBJECTS)],
  ]);
}
