import { BackupError } from "./backup-error.ts";
import { lastWords, type Outcome, runProgram } from "./run-program.ts";
import type { Snapshot } from "./snapshot.ts";

/** Level 1 of gzip: a third of the time of the default, for a tenth more bytes. */
const COMPRESSION = 1;

const DISK_FULL = /no space left on device/i;

function failed(reason: "dump-failed" | "restore-failed", what: string, outcome: Outcome): BackupError {
  const isFull = DISK_FULL.test(outcome.stderr);
  return new BackupError(isFull ? "disk-full" : reason, `${what}: ${lastWords(outcome)}`);
}

export type DumpArgs = { snapshot: Snapshot; directory: string; env: Record<string, string>; jobs: number };

/** Dumps a snapshot's database into a new folder. Rejects unless Postgres' own program has dumped all of it. */
export async function dumpDatabase({ snapshot, directory, env, jobs }: DumpArgs): Promise<void> {
  const outcome = await runProgram(
    "pg_dump",
    [
      ...["--format=directory", `--compress=${COMPRESSION}`, `--jobs=${jobs}`, `--snapshot=${snapshot.name}`],
      ...["--no-unlogged-table-data", "--no-password", `--file=${directory}`, snapshot.shape.name],
    ],
    { env },
  );
  if (outcome.exitCode !== 0) throw failed("dump-failed", "the dump failed", outcome);
}

export type RestoreArgs = { directory: string; database: string; env: Record<string, string>; jobs: number };

/** Restores a dump into an empty database. The first error ends it. */
export async function restoreDump({ directory, database, env, jobs }: RestoreArgs): Promise<void> {
  const outcome = await runProgram(
    "pg_restore",
    ["--exit-on-error", "--no-password", `--jobs=${jobs}`, `--dbname=${database}`, directory],
    { env },
  );
  if (outcome.exitCode !== 0) throw failed("restore-failed", "the dump cannot be restored", outcome);
}
