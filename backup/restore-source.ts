import { backupError } from "./backup-error.ts";
import { isBackupId } from "./backup-id.ts";
import type { Context } from "./context.ts";
import { type Found, findBackup } from "./find-backup.ts";
import type { Manifest } from "./manifest.ts";
import { recoverMoment } from "./point-in-time/recovered-moment.ts";
import { type Fetched, fetchChecked } from "./prove.ts";
import type { Repository } from "./repository.ts";

/** What a restore brings back: a backup, or a moment that was recovered from the write-ahead log. */
export type Source = {
  manifest: Manifest;
  /** By repository, whether it was proven there. */
  places: Record<string, "good" | "bad" | "unproven">;
  /** Keys that rows named then, of objects that are nowhere any more. */
  lostObjects: readonly string[];
  /** Its files, in scratch space, as its manifest says. */
  fetch(): Promise<Fetched & { repository: Repository }>;
};

/** Fetches a backup from the first place that gives it back as it was stored. */
async function fetchFromAny(context: Context, copies: readonly Found[]): Promise<Found & Fetched> {
  let failure: unknown;
  for (const found of copies) {
    try {
      context.note(`${found.repository.name}: fetching backup ${found.manifest.id}`);
      return { ...found, ...(await fetchChecked(context, found.repository, found.manifest)) };
    } catch (error) {
      context.note(backupError(error).message);
      failure ??= error;
    }
  }
  throw failure;
}

/** Whether a moment to the second is meant: a time, where the stack can bring that back. It takes scratch space. */
export function isMoment({ pointInTime }: Context, to: string): boolean {
  return pointInTime !== null && !isBackupId(to);
}

/** What is meant by a backup's id or a time. A moment is only for whoever holds the lock. */
export async function findSource(context: Context, to: string): Promise<Source> {
  if (isMoment(context, to)) {
    const recovered = await recoverMoment(context, to);
    const { manifest, lostObjects, repository, isProven } = recovered;
    const places = { [repository.name]: isProven ? "good" : "unproven" } as const;
    return { manifest, lostObjects, places, fetch: async () => recovered };
  }
  const copies = await findBackup(context, to);
  const { manifest } = copies[0] as Found;
  const places = copies.map((found) => [found.repository.name, found.proof?.state ?? "unproven"]);
  const fetch = () => fetchFromAny(context, copies);
  return { manifest, lostObjects: [], places: Object.fromEntries(places), fetch };
}
