import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { BackupError } from "./backup-error.ts";

const MB = 1e6;
/** A new Postgres cluster and its write-ahead log, before any data: measured 39 MB and up to 64 MB. */
const EMPTY_SERVER_BYTES = 110 * MB;
/** A dump is smaller than its database; the copy of the database in the proof may be a little larger. */
const DUMP_SHARE = 1;
const PROOF_SHARE = 1.2;

export type Room = { what: string; where: string; needed: number; free: number };

/** Throws where less is free than is needed; all in bytes. */
export function refuseTight({ what, where, needed, free }: Room): void {
  if (free >= needed) return;
  const inMb = (bytes: number) => `${Math.ceil(bytes / MB)} MB`;
  throw new BackupError(
    "disk-full",
    `${what}, ${inMb(needed)} of ${where} are needed and ${inMb(free)} are free`,
  );
}

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
    this.checkRoom(
      "to dump and prove the database",
      databaseBytes * (DUMP_SHARE + PROOF_SHARE) + EMPTY_SERVER_BYTES,
    );
  }

  /** Rejects where there is no room for so many bytes; `what` they are needed for. */
  checkRoom(what: string, bytes: number): void {
    const { bavail, bsize } = statfsSync(this.directory);
    refuseTight({ what, where: "scratch space", needed: bytes, free: bavail * bsize });
  }
}
