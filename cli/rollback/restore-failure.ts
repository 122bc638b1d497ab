import { BackupFailed } from "../backup/run-backup-program.ts";

/**
 * The reasons for which a restore ends before the restored database takes the live one's place. Any other one, also one
 * that only a newer program gives, may come after that.
 */
const LEAVES_DATABASE: ReadonlySet<string> = new Set([
  "no-service",
  "busy",
  "database-unreachable",
  "store-unreachable",
  "wrong-key",
  "disk-full",
  "not-archived",
  "log-incomplete",
  "dump-failed",
  "damaged",
  "restore-failed",
  "rows-differ",
  "answer-differs",
  "query-failed",
  "object-missing",
  "object-damaged",
  "not-found",
  "refused",
]);

/** Whether a restore failed so that the live database is as it was: the program itself says so. */
export function leavesDatabase(error: unknown): error is BackupFailed {
  return error instanceof BackupFailed && LEAVES_DATABASE.has(error.reason);
}

/** The reasons that no waiting mends: the restore point itself cannot be used. */
const UNUSABLE: ReadonlySet<string> = new Set([
  "not-found",
  "damaged",
  "wrong-key",
  "object-missing",
  "object-damaged",
]);

/** Whether a restore point was found not to be usable. Everything else may pass, also what nobody foresaw. */
export function isUnusable(error: unknown): error is BackupFailed {
  return error instanceof BackupFailed && UNUSABLE.has(error.reason);
}
