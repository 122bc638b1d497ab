import { backupError } from "./backup-error.ts";
import type { Context } from "./context.ts";
import { findAll } from "./find-backup.ts";
import { dumpBytes } from "./manifest.ts";
import { type PointInTimeStatus, pointInTimeStatus } from "./point-in-time/status.ts";

/** Backups that can be read, and why others cannot. */
async function readable(context: Context) {
  return findAll(context).catch((error) => ({ listed: [], failures: [backupError(error)] }));
}

/** All backups, and what can be brought back to the second; null where point-in-time recovery is off. */
export async function list(context: Context) {
  const { listed, failures } = await readable(context);
  const pointInTime: PointInTimeStatus | null = context.pointInTime ? await pointInTimeStatus(context) : null;
  return {
    backups: listed.map(({ id, manifest, places }) => ({
      id,
      kind: manifest?.kind ?? null,
      release: manifest?.release ?? null,
      takenAt: manifest?.takenAt ?? null,
      bytes: manifest ? dumpBytes(manifest) : null,
      objects: manifest?.objects ?? null,
      places,
    })),
    failures: failures.map(({ message }) => message),
    pointInTime,
  };
}
