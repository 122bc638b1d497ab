import { randomBytes } from "node:crypto";

const ID = /^\d{8}t\d{6}-[0-9a-f]{4}$/;

/** An id for a backup: the time it was taken (UTC), and four digits that tell two of one second apart. */
export function newBackupId(takenAt: Date): string {
  const time = takenAt.toISOString().slice(0, 19).replace(/[-:]/g, "").toLowerCase();
  return `${time}-${randomBytes(2).toString("hex")}`;
}

/** Whether a text has the form of a backup's id; only such texts become paths and names of databases. */
export function isBackupId(text: string): boolean {
  return ID.test(text);
}
