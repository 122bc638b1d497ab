import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import type { Restored } from "../backup/render-restore.ts";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { liveServices, startServices, stopServices, writersOf } from "./app-services.ts";
import { asBefore, giveUp } from "./give-up.ts";
import { forgetPending, notePending, noteRestored, noteRestoring } from "./pending-rollback.ts";
import { isUnusable, leavesDatabase } from "./restore-failure.ts";
import type { RollbackPlan, Situation } from "./rollback-plan.ts";

export type CarryOutArgs = {
  engine: StackEngine;
  situation: Situation;
  plan: RollbackPlan;
  steps: RollbackSteps;
  say(line: string): void;
};

/** What others do for a rollback. */
export type RollbackSteps = {
  /** Brings the data back from a restore point. */
  restore(restorePoint: string): Promise<Restored>;
  /** Brings the release of a manifest up. Resolves with the exit code. */
  bringUp(release: ReleaseManifest): Promise<number>;
};

/** What came of the data; all null where it stayed, or was back already. */
export type CarriedOut = { restored: Restored | null; warning: string | null };

type Replicas = Readonly<Record<string, number>>;

/**
 * Notes the rollback on the stack itself, so that it is finished whatever becomes of this machine. Returns the replicas
 * of the services that stand still meanwhile.
 */
async function begin({ engine, situation, plan }: CarryOutArgs): Promise<Replicas> {
  const { pending, data, from, to } = plan;
  const { namePrefix, docker } = engine;
  const restorePoint = data?.restorePoint ?? null;
  // Found to be back, it may not have been noted: from now on the app writes again.
  if (pending?.isRestored) await noteRestored(namePrefix, docker);
  // Once the data is back its note stays as it is: without one, nothing would know that the app was stopped.
  if (pending && (pending.isRestored || pending.restorePoint === restorePoint)) return pending.replicas;
  // One to another release, whose data is not back: nothing has changed for it.
  if (situation.pending && !pending) await giveUp(engine, situation.pending.replicas);
  const replicas = data ? writersOf(engine, await liveServices(engine)) : {};
  await notePending(namePrefix, { to: to.id, newest: from.number, replicas, restorePoint }, docker);
  return replicas;
}

function standsStill({ message }: Error, stack: string): OperatorError {
  return new OperatorError(
    `${message}\nThe data may not be back yet, and API and workers stand still: run the same command again, it goes on from here. Where it cannot: npx pulumi stack rollback --stack ${stack} --give-up starts them again on the data of now, unless the older is back.`,
  );
}

/** Whether an earlier run had brought the data back: the plan was made while nothing wrote, and nothing differed. */
function wasBack({ data, pending }: RollbackPlan): boolean {
  return pending?.isRestoring === true && data?.changed.length === 0;
}

/** What is done where the data could not be brought back. Resolves with a warning where it is back all the same. */
async function withoutRestore(args: CarryOutArgs, replicas: Replicas, error: Error): Promise<string> {
  const { engine, plan, say } = args;
  // Another restore brings back what lacks, unless there will never be one.
  if (wasBack(plan) && isUnusable(error)) {
    const warning = `The data was back already, but objects may be missing: ${error.message}`;
    await noteRestored(engine.namePrefix, engine.docker);
    say(warning);
    return warning;
  }
  if (wasBack(plan) || !leavesDatabase(error)) throw standsStill(error, engine.stack);
  await giveUp(engine, replicas);
  throw asBefore(error);
}

/** Brings the data back while nothing writes. Where that cannot be, the app goes on as before. */
async function restoreData(args: CarryOutArgs, replicas: Replicas): Promise<CarriedOut> {
  const { engine, plan, steps, say } = args;
  const { namePrefix, docker } = engine;
  const id = plan.data?.restorePoint;
  if (id === undefined) return { restored: null, warning: null };
  say(`Stopping ${Object.keys(replicas).join(" and ")} while the data goes back.`);
  try {
    await stopServices(engine, Object.keys(replicas));
    await noteRestoring(namePrefix, docker);
    const restored = await steps.restore(id);
    await noteRestored(namePrefix, docker);
    return { restored, warning: null };
  } catch (error) {
    return { restored: null, warning: await withoutRestore(args, replicas, error as Error) };
  }
}

/** Starts those of the stopped services that the program will not change: they are what the release asks for. */
async function startUnchanged({ engine, plan }: CarryOutArgs, replicas: Replicas): Promise<void> {
  const live = await liveServices(engine);
  const same = Object.entries(replicas).filter(([name]) => live.get(name)?.asked === plan.to.services[name]);
  await startServices(engine, Object.fromEntries(same));
}

function failed(stack: string, isDataBack: boolean): OperatorError {
  const again = `npx pulumi stack rollback --stack ${stack}`;
  return new OperatorError(
    isDataBack
      ? `The data is back, but the older release is not up; the reason stands above. Mend it and run "${again}" again: it goes on from here. Until then every other up is refused.`
      : `The stack was not taken back; the reason stands above. Mend it and run "${again}" again.`,
  );
}

/**
 * Takes a stack back: its data first, where that was agreed to, then everything else by the way of every deploy, with
 * the recorded manifest. Killed anywhere and run again, it ends the same. Returns what came of the data.
 */
export async function carryOut(args: CarryOutArgs): Promise<CarriedOut> {
  const { engine, plan, steps } = args;
  const { namePrefix, docker, stack } = engine;
  const replicas = await begin(args);
  const carriedOut = await restoreData(args, replicas);
  await startUnchanged(args, replicas);
  const isDataBack = plan.data !== undefined || plan.pending?.isRestored === true;
  if ((await steps.bringUp(plan.to)) !== 0) {
    if (!isDataBack) await forgetPending(namePrefix, docker);
    throw failed(stack, isDataBack);
  }
  await forgetPending(namePrefix, docker);
  return carriedOut;
}
