import type { BackupError, Reason } from "./backup-error.ts";
import type { Proof } from "./manifest.ts";

/** What is wrong with a backup itself, wherever and whenever it is proven. */
const OWN: readonly Reason[] = [
  "damaged",
  "log-incomplete",
  "rows-differ",
  "answer-differs",
  "object-missing",
  "object-damaged",
];

/**
 * What a failed proof says of the backup: that it is bad, or nothing where it failed for what it was made with (a disk
 * that is full, a server that was killed, a store that is away). Such a backup stays as proven as it was, and may be
 * proven again.
 */
export function ownFault({ reason, message }: BackupError): Omit<Proof, "at"> | undefined {
  return OWN.includes(reason) ? { state: "bad", reason, detail: `${reason}: ${message}` } : undefined;
}
