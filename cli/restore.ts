import {
  isMoment,
  isSameSchema,
  type Restored,
  renderPlan,
  renderRestored,
  type Shown,
} from "./backup/render-restore.ts";
import { runBackupProgram, toldFailure } from "./backup/run-backup-program.ts";
import { confirm } from "./confirm.ts";
import { holdDeployLock } from "./lock/hold-lock.ts";
import { OperatorError } from "./operator-error.ts";
import { type StackEngine, stackEngine } from "./stack-engine.ts";

export type RestoreFlags = {
  stack: string;
  json: boolean;
  yes: boolean;
  /** A backup's id, or a time. */
  to: string | undefined;
  /** A new database for the data. */
  into: string | undefined;
};

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Refuses data of another schema: the release that runs could not work on it. */
export function refuseOtherSchema(shown: Shown, stack: string): void {
  if (isSameSchema(shown)) return;
  const to = isMoment(shown) ? shown.takenAt : shown.restorePoint;
  throw new OperatorError(`The data of ${to} has another schema than the release that runs now. Nothing was changed.
To take the app back with its data: npx pulumi stack rollback --stack ${stack} --restore-data
To look at the data alone: npx slipway restore --stack ${stack} --to ${to} --into NAME`);
}

/** Does the work while nobody else changes the stack. */
async function alone<Result>(
  root: string,
  engine: StackEngine,
  work: () => Promise<Result>,
): Promise<Result> {
  const { stack } = engine;
  const release = await holdDeployLock({ root, stack, target: engine, command: "slipway restore", say });
  return work().finally(release);
}

async function beside(engine: StackEngine, to: string, into: string): Promise<Restored> {
  return runBackupProgram<Restored>(engine, ["backup", "restore", "--to", to, "--into", into]);
}

async function inPlace(engine: StackEngine, to: string, yes: boolean): Promise<Restored> {
  const shown = await runBackupProgram<Shown>(engine, ["backup", "show", "--to", to]);
  refuseOtherSchema(shown, engine.stack);
  say(`\n${renderPlan(engine.stack, shown)}`);
  await confirm("Restore it?", { yes });
  // By its id: a time may mean a newer backup by now. A moment stays the same one.
  const same = isMoment(shown) ? shown.takenAt : shown.restorePoint;
  return runBackupProgram<Restored>(engine, ["backup", "restore", "--to", same]);
}

/**
 * Brings a stack's data back from a backup: in the live database's place, once that was agreed to, or into a new
 * database beside it. Returns the exit code.
 */
export async function restore(root: string, flags: RestoreFlags): Promise<number> {
  const { stack, to, into, yes } = flags;
  if (!to)
    throw new OperatorError("slipway restore needs --to: a backup's id, or a time as 2026-11-25T14:30:00Z");
  const engine = await stackEngine(root, stack);
  const work = () =>
    into === undefined ? alone(root, engine, () => inPlace(engine, to, yes)) : beside(engine, to, into);
  return toldFailure(flags.json, async () => {
    const restored = await work();
    process.stdout.write(
      flags.json ? `${JSON.stringify({ stack, ...restored })}\n` : renderRestored(restored),
    );
    return 0;
  });
}
