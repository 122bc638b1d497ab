import { BackupError, backupError } from "./backup-error.ts";
import { isBackupId } from "./backup-id.ts";
import type { Context } from "./context.ts";
import type { Manifest, Proof } from "./manifest.ts";
import type { Repository } from "./repository.ts";
import { Scratch } from "./scratch.ts";

/** A backup and a place to have it from. */
export type Found = { repository: Repository; manifest: Manifest; proof: Proof | undefined };

/** A backup as it is listed: where it lies, and what came of its proof there. */
export type Listed = {
  id: string;
  manifest: Manifest | undefined;
  places: Record<string, Proof | "damaged" | "unproven">;
};

/** Finished backups of all repositories that can be read, the oldest first; rejects where none can be. */
export async function findAll(
  context: Context,
): Promise<{ found: Found[]; listed: Listed[]; failures: BackupError[] }> {
  const failures: BackupError[] = [];
  const found: Found[] = [];
  const listed = new Map<string, Listed>();
  for (const repository of context.repositories) {
    try {
      await repository.open();
      for (const backup of await repository.list(new Scratch(context.stores.scratch).fresh("list"))) {
        const entry = listed.get(backup.id) ?? { id: backup.id, manifest: undefined, places: {} };
        listed.set(backup.id, entry);
        entry.places[repository.name] = "damaged" in backup ? "damaged" : (backup.proof ?? "unproven");
        if ("damaged" in backup) continue;
        entry.manifest ??= backup.manifest;
        found.push({ repository, manifest: backup.manifest, proof: backup.proof });
      }
    } catch (error) {
      failures.push(backupError(error));
    }
  }
  if (failures.length === context.repositories.length && failures[0]) throw failures[0];
  return { found, failures, listed: [...listed.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** Every copy of the one backup that is meant: by its id, or as the newest proven one at or before a time. */
export async function findBackup(context: Context, to: string): Promise<Found[]> {
  const { found, listed } = await findAll(context);
  const id = isBackupId(to) ? to : newestBefore(found, to);
  const copies = found.filter(({ manifest }) => manifest.id === id);
  if (copies.length === 0 && listed.some((backup) => backup.id === id))
    throw new BackupError("damaged", `backup ${id}: its manifest cannot be read: choose another one`);
  if (copies.length === 0)
    throw new BackupError("not-found", `there is no backup ${to}; see: npx slipway backup list`);
  // A copy that was proven first: whoever restores should not have to try the others.
  return copies.sort((a, b) => Number(b.proof?.state === "good") - Number(a.proof?.state === "good"));
}

/** What was given is no time, and no id either. */
export function notATime(text: string): BackupError {
  return new BackupError(
    "refused",
    `${text} is neither a backup's id nor a time such as 2026-11-25T14:30:00Z`,
  );
}

function newestBefore(found: readonly Found[], time: string): string | undefined {
  const moment = Date.parse(time);
  if (Number.isNaN(moment)) throw notATime(time);
  return found
    .filter(({ manifest, proof }) => proof?.state === "good" && Date.parse(manifest.takenAt) <= moment)
    .map(({ manifest }) => manifest.id)
    .sort()
    .at(-1);
}
