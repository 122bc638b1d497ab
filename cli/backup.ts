import { type BackupList, megabytes, renderBackups } from "./backup/render-backups.ts";
import { BackupFailed, runBackupProgram, toldFailure } from "./backup/run-backup-program.ts";
import { OperatorError } from "./operator-error.ts";
import { type StackEngine, stackEngine } from "./stack-engine.ts";

export type BackupFlags = { stack: string; json: boolean; id: string | undefined };

/** What came of it: for a program, and for a person. */
type Answer = { result: object; text: string; isGood: boolean };

type Taken = { backup: string; takenAt: string; bytes: number; objects: { count: number; bytes: number } };

async function now(engine: StackEngine): Promise<Answer> {
  const result = await runBackupProgram<Taken>(engine, ["backup", "now"]);
  const { backup, bytes, objects } = result;
  const text = `Backup ${backup} is taken and proven: ${megabytes(bytes)}, and ${objects.count} objects of ${megabytes(objects.bytes)}.\n`;
  return { result, text, isGood: true };
}

async function base(engine: StackEngine): Promise<Answer> {
  const result = await runBackupProgram<{ base: string; bytes: number }>(engine, ["backup", "base"]);
  const text = `Base backup ${result.base} is taken and proven: ${megabytes(result.bytes)}. Any second from now on can be gone back to.\n`;
  return { result, text, isGood: true };
}

async function listed(engine: StackEngine): Promise<BackupList> {
  return runBackupProgram<BackupList>(engine, ["backup", "list"]);
}

async function list(engine: StackEngine): Promise<Answer> {
  const result = await listed(engine);
  const faults = [...result.failures, ...(result.pointInTime?.faults ?? [])];
  return { result, text: renderBackups(engine.stack, result), isGood: faults.length === 0 };
}

async function newestId(engine: StackEngine): Promise<string> {
  const { backups, failures } = await listed(engine);
  const newest = backups.at(-1);
  if (!newest && failures[0]) throw new BackupFailed("store-unreachable", failures[0]);
  if (!newest) throw new OperatorError(`Stack ${engine.stack} has no backup: npx slipway backup now`);
  return newest.id;
}

async function verify(engine: StackEngine, { id }: BackupFlags): Promise<Answer> {
  const args = ["backup", "verify", "--id", id ?? (await newestId(engine))];
  const result = await runBackupProgram<{ verified: string; places: string[] }>(engine, args);
  const text = `Backup ${result.verified} is good: restored and compared from ${result.places.join(" and ")}, all its objects read.\n`;
  return { result, text, isGood: true };
}

const ACTIONS: Record<string, (engine: StackEngine, flags: BackupFlags) => Promise<Answer>> = {
  now,
  base,
  list,
  verify,
};

/** Takes, lists or proves a stack's backups, on the stack itself. Returns the exit code. */
export async function backup(root: string, flags: BackupFlags, [action = ""]: string[]): Promise<number> {
  const act = ACTIONS[action];
  if (!act) throw new OperatorError(`slipway backup needs one of: ${Object.keys(ACTIONS).join(", ")}`);
  if (flags.id !== undefined && act !== verify)
    throw new OperatorError(`slipway backup ${action} takes no --id; see slipway --help`);
  const engine = await stackEngine(root, flags.stack);
  return toldFailure(flags.json, async () => {
    const { result, text, isGood } = await act(engine, flags);
    process.stdout.write(flags.json ? `${JSON.stringify({ stack: flags.stack, ...result })}\n` : text);
    return isGood ? 0 : 1;
  });
}
