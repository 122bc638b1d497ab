import { writeFileSync } from "node:fs";
import { BackupError } from "./backup-error.ts";
import { lastWords, type Outcome, runProgram } from "./run-program.ts";

/** Few and small, so that a transfer fits into the container's memory beside Postgres. */
const TRANSFER_FLAGS = ["--transfers=4", "--checkers=4", "--buffer-size=2M", "--s3-upload-concurrency=2"];
/** An unreachable store is told within half a minute, and a hung one is not waited for. */
const PATIENCE_FLAGS = ["--contimeout=10s", "--timeout=60s", "--retries=2", "--low-level-retries=3"];

const MISSING = /directory not found|object not found|not found$|NoSuchKey|NoSuchBucket/im;
const DAMAGED =
  /failed to authenticate decrypted block|bad password|truncated block|too short|bad magic|not an encrypted file/i;
/** Said of a transfer that was cut off, and of a file whose last block does not decrypt as well. */
const CUT_OFF = /unexpected EOF|corrupted on transfer/i;
const DISK_FULL = /no space left on device/i;

/** Whether a transfer was cut off, or what was read is damaged: rclone's words alone do not tell. */
export function isCutOff({ stderr }: Outcome): boolean {
  return CUT_OFF.test(stderr);
}

/** What rclone's words mean, as a failure of ours; `isWhole` where the bytes as they lie there are known to come whole. */
export function rcloneError(what: string, outcome: Outcome, isWhole = false): BackupError {
  const said = lastWords(outcome);
  if (DISK_FULL.test(outcome.stderr))
    return new BackupError("disk-full", `${what}: the disk is full: ${said}`);
  if (DAMAGED.test(outcome.stderr) || (isWhole && isCutOff(outcome)))
    return new BackupError("damaged", `${what}: cannot be decrypted: ${said}`);
  if (MISSING.test(outcome.stderr)) return new BackupError("not-found", `${what}: is not there: ${said}`);
  return new BackupError("store-unreachable", `${what}: ${said}`);
}

/** Words for rclone that read the same in two ways: decrypted, and as it lies there. */
export type Reading = { decrypted: readonly string[]; asStored: readonly string[] };

/** Runs rclone with a configuration file. Rejects with a {@link BackupError} unless it succeeds. */
export class Rclone {
  readonly #flags: readonly string[];

  constructor({ configFile, caFile }: { configFile: string; caFile?: string }) {
    this.#flags = [
      `--config=${configFile}`,
      ...(caFile ? [`--ca-cert=${caFile}`] : []),
      ...TRANSFER_FLAGS,
      ...PATIENCE_FLAGS,
    ];
  }

  /** How it ended, whatever that is. */
  attempt(args: readonly string[], input = ""): Promise<Outcome> {
    return runProgram("rclone", [...args, ...this.#flags], { input });
  }

  /** Returns what it prints; `what` is the subject of an error. */
  async run(what: string, args: readonly string[], input = ""): Promise<string> {
    const outcome = await this.attempt(args, input);
    if (outcome.exitCode !== 0) throw rcloneError(what, outcome);
    return outcome.stdout;
  }

  /**
   * Reads what is encrypted, as `run` does. Where that ends early, the bytes are read as they lie there, and decrypted
   * once more: only then it is damage, and not the way to the store.
   */
  async read(what: string, { decrypted, asStored }: Reading): Promise<string> {
    const outcome = await this.attempt(decrypted);
    if (outcome.exitCode === 0) return outcome.stdout;
    if (!isCutOff(outcome)) throw rcloneError(what, outcome);
    const stored = await this.attempt(asStored);
    if (stored.exitCode !== 0) throw rcloneError(what, outcome);
    const again = await this.attempt(decrypted);
    if (again.exitCode !== 0) throw rcloneError(what, again, true);
    return again.stdout;
  }
}

/** rclone keeps passwords in its own scrambled form; it alone knows how. */
export async function obscure(key: string): Promise<string> {
  const outcome = await runProgram("rclone", ["obscure", "-"], { input: key });
  if (outcome.exitCode !== 0) throw new Error(`rclone cannot take the key: ${lastWords(outcome)}`);
  return outcome.stdout.trim();
}

/** Writes a file that only this user can read. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
}
