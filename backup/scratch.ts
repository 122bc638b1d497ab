import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { BackupError } from "./backup-error.ts";

const MB = 1e6;
/** A new Postgres cluster and its write-ahead log, before any data: measured 39 MB and up to 64 MB. */
const EMPTY_SERVER_BYTES = 110 * MB;
/** A dump is smaller than its database; the copy of the database in the proof may be a little larger. */
const DUMP_SHARE = 1;
const PROOF_SHARE = 1.2;

/** A folder for what lasts only as long as a run. */
export class Scratch {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Removes what killed runs have left. Only for whoever holds the lock. */
  clean(): void {
    for (const name of readdirSync(this.directory)) {
      rmSync(join(this.directory, name), { recursive: true, force: true });
    }
  }

  /** An empty folder of that name. */
  fresh(name: string): string {
    const path = join(this.directory, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Rejects, before anything is written, where a database of that size cannot be dumped and proven. */
  checkSpace(databaseBytes: number): void {
    const { bavail, bsize } = statfsSync(this.directory);
    const needed = databaseBytes * (DUMP_SHARE + PROOF_SHARE) + EMPTY_SERVER_BYTES;
    const free = bavail * bsize;
    if (free >= needed) return;
    const inMb = (bytes: number) => `${Math.ceil(bytes / MB)} MB`;
    throw new BackupError(
      "disk-full",
      `to dump and prove the database, ${inMb(needed)} of scratch space are needed and ${inMb(free)} are free`,
    );
  }
}
