import { readLedger } from "../infra/operations/release/ledger.ts";
import type { Restored, Shown } from "./backup/render-restore.ts";
import { runBackupProgram } from "./backup/run-backup-program.ts";
import { confirm } from "./confirm.ts";
import { OperatorError } from "./operator-error.ts";
import { renderFaults } from "./releases/render-releases.ts";
import { bringUp, previewBack, readyState } from "./rollback/bring-up.ts";
import { carryOut, type RollbackSteps } from "./rollback/carry-out.ts";
import { giveUpBegun, showOrGiveUp } from "./rollback/give-up.ts";
import { refusePruned } from "./rollback/refuse-pruned.ts";
import { renderRollbackPlan, renderRolledBack } from "./rollback/render-plan.ts";
import { ROLLBACK_HELP, type RollbackFlags, rollbackArguments } from "./rollback/rollback-arguments.ts";
import { planRollback, type ShowRestorePoint, type Situation } from "./rollback/rollback-plan.ts";
import { settle } from "./rollback/settle.ts";
import type { PulumiRun } from "./run-pulumi.ts";
import { selectedStack } from "./selected-stack.ts";
import { type StackEngine, stackEngine } from "./stack-engine.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);

function stackOf(root: string, { stack }: RollbackFlags): string {
  const args = stack === undefined ? [] : ["--stack", stack];
  const found = selectedStack(args, process.env, { directory: root, name: "slipway" });
  if (!found)
    throw new OperatorError("Which stack? Give --stack NAME, or select one: npx pulumi stack select");
  return found;
}

/** What the backups' program and Pulumi do for a rollback. */
function stepsOf(run: PulumiRun, engine: StackEngine): RollbackSteps & { show: ShowRestorePoint } {
  const program = <Result>(verb: string, id: string) =>
    runBackupProgram<Result>(engine, ["restore-point", verb, "--id", id]);
  return {
    show: (id) => program<Shown>("show", id),
    restore: (id) => program<Restored>("restore", id),
    bringUp: (release) => bringUp(run, release),
  };
}

/** Tells of a rollback that was killed when it had been recorded, and only not forgotten. */
function tellFinished({ stack }: StackEngine, id: string, json: boolean): number {
  const text = `The rollback of stack ${stack} to ${id} that was begun had come to its end already.\n`;
  process.stdout.write(json ? `${JSON.stringify({ stack, to: id, restored: null, release: null })}\n` : text);
  return 0;
}

type Way = { root: string; engine: StackEngine; situation: Situation; flags: RollbackFlags };

async function giveUp({ root, engine, situation, flags: { json } }: Way): Promise<number> {
  const { stack } = engine;
  const gaveUp = await giveUpBegun(engine, situation.pending, stepsOf({ root, stack }, engine).show);
  const text = `The rollback of stack ${stack} to ${gaveUp} was given up: the app goes on as it was, on the data of now.\n`;
  process.stdout.write(json ? `${JSON.stringify({ stack, gaveUp })}\n` : text);
  return 0;
}

async function goBack({ root, engine, situation, flags }: Way): Promise<number> {
  const { stack, namePrefix, docker } = engine;
  const run = { root, stack };
  const steps = stepsOf(run, engine);
  const show = showOrGiveUp(engine, situation.pending, steps.show);
  const plan = await planRollback(engine, situation, flags, show);
  await refusePruned(engine, plan.to);
  await readyState(run, namePrefix);
  say(`\n${renderRollbackPlan(stack, plan, await previewBack(run, plan.to))}`);
  await confirm("Take the stack back?", flags);
  const carriedOut = await carryOut({ engine, situation, plan, steps, say });
  const release = (await readLedger(namePrefix, docker)).releases.at(-1)?.manifest.id ?? null;
  const result = { stack, from: plan.from.id, to: plan.to.id, ...carriedOut, release };
  const text = renderRolledBack(stack, result);
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : text);
  return 0;
}

/**
 * `pulumi stack rollback`: takes a stack back to a release of its ledger. The caller holds the deploy lock. Returns the
 * exit code.
 */
export async function rollback(root: string, args: readonly string[]): Promise<number> {
  const flags = rollbackArguments(args);
  if (flags.help) {
    process.stdout.write(ROLLBACK_HELP);
    return 0;
  }
  const engine = await stackEngine(root, stackOf(root, flags));
  const { situation, finished } = await settle(engine, flags.to);
  if (situation.faults.length > 0) say(renderFaults(situation));
  if (finished) return tellFinished(engine, finished, flags.json);
  const way = { root, engine, situation, flags };
  if (flags.giveUp) return giveUp(way);
  return goBack(way);
}
