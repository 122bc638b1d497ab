import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackupError, backupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import { type ProofServer, withRecoveredServer } from "../proof-server.ts";
import { repoFlag } from "./archive.ts";
import { faultLine, type PgBackRest } from "./pgbackrest.ts";
import { restoreCommand } from "./restore-command.ts";
import type { Base } from "./wal-runs.ts";

export type RecoverArgs = {
  tool: PgBackRest;
  /** Which repository it comes from, in their order. */
  place: number;
  base: Base;
  /** Just before a place in the log; or with everything that was committed at a time, or earlier. */
  target: { lsn: string } | { time: Date };
};

/** Room for the log that is replayed; and the server's files are taken twice, since they may be dumped. */
const LOG_BYTES = 200e6;
const FILES_SHARE = 2;

function targetSettings(target: RecoverArgs["target"]): string[] {
  if ("lsn" in target) return [`recovery_target_lsn=${target.lsn}`, "recovery_target_inclusive=off"];
  return [`recovery_target_time=${target.time.toISOString().replace("T", " ").replace("Z", "+00")}`];
}

/** Replays the log from the repository, and becomes a server of its own there: it never archives anything. */
function settingsOf({ tool, place, target }: RecoverArgs, data: string, access: string): string[] {
  const get = tool.command([repoFlag(place), `--pg1-path=${data}`, "archive-get"]);
  return [
    `restore_command=${restoreCommand(get)}`,
    ...["recovery_target_action=promote", "recovery_target_timeline=current", "hot_standby=off"],
    ...targetSettings(target),
    // The live server's rules let nobody in without a password.
    `hba_file=${access}`,
    ...["ssl=off", "wal_level=replica"],
  ];
}

/** What the server's end means: where the log ends early, it refuses to go on, and so do we. */
export function recoveryError(error: unknown, { label }: Pick<Base, "label">): BackupError {
  const known = backupError(error);
  const { message } = known;
  if (/recovery ended before configured recovery target/.test(message))
    return new BackupError(
      "log-incomplete",
      `from base backup ${label} on, the log that was archived does not reach there: a part is missing or damaged`,
    );
  if (!/could not restore file/.test(message)) return known;
  const reason = /no space left on device/i.test(message) ? "disk-full" : "store-unreachable";
  return new BackupError(
    reason,
    `from base backup ${label} on, the log cannot be read: ${faultLine(message)}`,
  );
}

/**
 * Runs the work with a server that is what the live one was at some place in its log. It lives in scratch space, only
 * for the work. Only for whoever holds the lock.
 */
export async function withRecovered<Result>(
  { scratch, note }: Context,
  args: RecoverArgs,
  work: (server: ProofServer) => Promise<Result>,
): Promise<Result> {
  const { tool, place, base } = args;
  const directory = scratch.fresh("recovered");
  scratch.checkRoom("to bring back the server's files", base.bytes * FILES_SHARE + LOG_BYTES);
  const [data, access] = [join(directory, "data"), join(directory, "access.conf")];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(access, "local all all trust\n");
  note(`restoring base backup ${base.label}`);
  const restore = ["restore", repoFlag(place), `--set=${base.label}`, `--pg1-path=${data}`, "--type=default"];
  await tool.run(`base backup ${base.label}`, [...restore, "--job-retry=0"], "restore-failed");
  note("replaying the log");
  let isReady = false;
  const settings = settingsOf(args, data, access);
  const ready = (server: ProofServer) => {
    isReady = true;
    return work(server);
  };
  try {
    return await withRecoveredServer({ data, settings }, ready).catch((error) => {
      throw isReady ? error : recoveryError(error, base);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
