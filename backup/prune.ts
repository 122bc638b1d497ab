import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "./context.ts";
import type { ObjectEntry } from "./manifest.ts";
import { OBJECTS } from "./objects.ts";
import type { Repository, StoredBackup } from "./repository.ts";
import { type KeptCandidate, keptIds } from "./retention.ts";

function candidate(backup: StoredBackup): KeptCandidate[] {
  if ("damaged" in backup) return [];
  const { manifest, proof } = backup;
  const { id, kind, takenAt } = manifest;
  return [{ id, kind, takenAt, isGood: proof?.state === "good" }];
}

/**
 * Removes what the rule does not keep: backups, what killed runs have left of some, and copies of objects that no
 * remaining backup names. Only for whoever holds the lock.
 */
export async function prune(context: Context, repository: Repository): Promise<void> {
  const { scratch, config, note } = context;
  const backups = await repository.list(scratch.fresh("list"));
  const candidates = backups.flatMap(candidate);
  const kept = keptIds(candidates, config.keep);
  const removed = candidates.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  const { unfinished } = await repository.folders();
  for (const id of removed) await repository.remove(id);
  for (const id of unfinished) await repository.remove(id, { isFinished: false });
  if (removed.length > 0) note(`${repository.name}: removed ${removed.join(", ")} by the rule`);
  // While a backup cannot be read, nobody knows which objects it names.
  if (backups.some((backup) => "damaged" in backup)) return;
  await sweepObjects(context, repository, backups.length - removed.length);
}

async function sweepObjects(
  { scratch, stores }: Context,
  repository: Repository,
  count: number,
): Promise<void> {
  const directory = scratch.fresh("object-lists");
  await repository.fetchOfAll("/*/objects.json", directory);
  const lists = globSync("*/objects.json", { cwd: directory });
  // A list that cannot be read now may name anything.
  if (lists.length !== count) return;
  const named = new Set(
    lists.flatMap((path) =>
      (JSON.parse(readFileSync(join(directory, path), "utf8")) as ObjectEntry[]).map(({ key }) => key),
    ),
  );
  const orphans = [...(await repository.sizes(OBJECTS)).keys()].filter((key) => !named.has(key));
  if (orphans.length === 0) return;
  const list = join(directory, "orphans");
  writeFileSync(list, orphans.join("\n"));
  await stores.rclone.run(`${repository.name}: unnamed objects`, [
    ...["delete", "--no-traverse", `--files-from-raw=${list}`, repository.at(OBJECTS)],
  ]);
}
