import { createHash, randomBytes } from "node:crypto";

const ID = /^\d{8}t\d{6}-[0-9a-f]{4}$/;

function secondOf(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/[-:]/g, "").toLowerCase();
}

/** An id for a backup: the time it was taken (UTC), and four digits that tell two of one second apart. */
export function newBackupId(takenAt: Date): string {
  return `${secondOf(takenAt)}-${randomBytes(2).toString("hex")}`;
}

/** An id for a moment that no backup was taken at, always the same: a restore that is run again finds its own. */
export function momentId(moment: Date): string {
  return `${secondOf(moment)}-${createHash("sha256").update(moment.toISOString()).digest("hex").slice(0, 4)}`;
}

/** Whether a text has the form of a backup's id; only such texts become paths and names of databases. */
export function isBackupId(text: string): boolean {
  return ID.test(text);
}
