/** Why a backup or a restore did not come to a good end. Metrics count failures by it. */
export const REASONS = [
  "busy",
  "lock-lost",
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
  // Of a restore: its database has taken its place, or may have. All others but these last two leave it as it was.
  "unfinished",
  "unforeseen",
] as const;

export type Reason = (typeof REASONS)[number];

/** A failure that the program foresees: what is wrong, and what to do, in one line. */
export class BackupError extends Error {
  override name = "BackupError";
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The foreseen failure that an error is; others are told in full. */
export function backupError(error: unknown): BackupError {
  if (error instanceof BackupError) return error;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC")
    return new BackupError("disk-full", `the disk for scratch files is full: ${message}`);
  return new BackupError("unforeseen", stack ?? String(error));
}
