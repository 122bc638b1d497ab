import { engineAt } from "../infra/swarm/engine-call.ts";
import { ROLLBACK_VARIABLE } from "../stacks/rollback-variable.ts";
import { ALLOW_DATA_LOSS, isDestroy, isUp, previewArguments, WITHOUT_LOCK } from "./change-command.ts";
import { removeAllJobs } from "./left-jobs.ts";
import { holdDeployLock } from "./lock/hold-lock.ts";
import { LOCK_VARIABLE } from "./lock/lock-holders.ts";
import { type LockPlace, lockPlace } from "./lock/lock-place.ts";
import { type LockTarget, lockTarget, stateText } from "./lock/lock-target.ts";
import {
  adoptFindings,
  furtherArguments,
  hasMachines,
  LOOKED_VARIABLE,
  lookAtMachines,
  type MachinesSeen,
} from "./machines/look-at-machines.ts";
import { otherEngines } from "./prune/other-engines.ts";
import { describePruned, pruneImages } from "./prune/prune-images.ts";
import { refuseOthersRegistry } from "./refuse-others-registry.ts";
import { readPlan } from "./report/read-plan.ts";
import { refuseDataLoss } from "./report/refuse-data-loss.ts";
import { refuseUnfinished } from "./rollback/refuse-unfinished.ts";
import { readPulumi } from "./run-pulumi.ts";
import { sshEnvironment } from "./ssh-environment.ts";
import { engineOf, type StackEngine } from "./stack-engine.ts";

export type BeforeChangeArgs = {
  root: string;
  stack: string;
  /** As in `up`. */
  command: string;
  args: readonly string[];
  environment: NodeJS.ProcessEnv;
};

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Makes room before anything new is built or pulled. That it cannot is told, and does not stop a deploy. */
async function pruneOldImages(root: string, stack: string, target: LockTarget): Promise<void> {
  const engine = engineOf(root, stack, target);
  const readState = () => readPulumi({ root, stack }, ["stack", "export"]);
  try {
    const pruned = await pruneImages({ ...engine, others: await otherEngines(engine), readState });
    if (pruned.images + pruned.tags > 0) say(`${describePruned(pruned)}.`);
  } catch (error) {
    say(`Old images were not pruned: ${(error as Error).message}`);
  }
}

/**
 * Where the deploy lock would be. A checkout may not know the way to the machine, or only one that was: a plan writes
 * that down.
 */
async function findPlace({ root, stack }: BeforeChangeArgs, { host }: LockTarget): Promise<LockPlace> {
  if (process.env[LOCK_VARIABLE]) return { state: "there" };
  const look = () => lockPlace(engineAt(host, sshEnvironment(root, stack)));
  const place = await look();
  if (place.state !== "away" || !hasMachines(root, stack)) return place;
  say(`The engine of stack ${stack} does not answer the way that is known here: a plan finds the way to it.`);
  await readPlan({ root, stack }, undefined, { [LOOKED_VARIABLE]: "true" }).catch(() => {});
  return look();
}

/**
 * Takes the deploy lock. Returns whether the engine that has it can be asked. Where it does not answer, only what is to
 * go on without it does: where the cloud says that its machine is away, a destroy, and what an operator wants all the
 * same.
 */
async function holdLock(args: BeforeChangeArgs, target: LockTarget, seen: MachinesSeen): Promise<boolean> {
  const { root, stack, command } = args;
  if (seen.isLeadAway) {
    say("No deploy lock is held: the machine that has it cannot be reached.");
    return false;
  }
  const place = await findPlace(args, target);
  if (place.state === "away" && (isDestroy(command) || args.args.includes(WITHOUT_LOCK))) {
    say(`No deploy lock is held: ${place.reason}`);
    return false;
  }
  await holdDeployLock({ root, stack, target, command: `pulumi ${command}`, place, say });
  return place.state === "there";
}

/** An engine that does not answer has nothing that could stand in the way of its machine's end. */
async function removeJobs(engine: StackEngine): Promise<void> {
  await removeAllJobs(engine).catch((error: Error) => say(`No jobs were removed: ${error.message}`));
}

/** What is asked of the engine first. */
async function readyEngine(args: BeforeChangeArgs, target: LockTarget): Promise<void> {
  const { root, stack, command, environment } = args;
  if (isDestroy(command)) await removeJobs(engineOf(root, stack, target));
  if (!isUp(command)) return;
  // What is gone back to may be older than all that pruning keeps; and its images are there.
  if (environment[ROLLBACK_VARIABLE]) return;
  await refuseUnfinished(engineOf(root, stack, target));
  await pruneOldImages(root, stack, target);
}

/**
 * Makes sure, before the real CLI changes a stack, that nobody else does, that an `up` puts no data at risk unless
 * that is allowed, finds the images of old releases gone, and mends what somebody has done to the machines, and that no
 * job stands in a `destroy`'s way. Returns further arguments of the command. Throws an OperatorError, with nothing
 * changed, where that cannot be.
 */
export async function beforeChange(args: BeforeChangeArgs): Promise<string[]> {
  const { root, stack, command, environment } = args;
  const seen = await lookAtMachines({ root, stack, environment, say });
  const target = await lockTarget(root, stack, environment);
  // A stack without an engine, or whose engine is made by this very run, has nothing that could hold a lock.
  const isThere = target !== undefined && (await holdLock(args, target, seen));
  if (isThere) await readyEngine(args, target);
  if (!isUp(command)) return [];
  if (hasMachines(root, stack) && (isThere || !target))
    await refuseOthersRegistry(args, target && engineOf(root, stack, target), () => stateText(root, stack));
  await adoptFindings(seen, { root, stack, environment, say });
  const further = furtherArguments(seen, args.args);
  if (args.args.includes(ALLOW_DATA_LOSS)) return further;
  say("Looking at what would change.");
  const plan = [...previewArguments(args.args), ...further];
  refuseDataLoss(await readPlan({ root, stack }, plan, { [LOOKED_VARIABLE]: "true" }));
  return further;
}
