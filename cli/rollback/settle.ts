import { endJobs } from "../left-jobs.ts";
import type { StackEngine } from "../stack-engine.ts";
import { chooseRelease } from "./choose-release.ts";
import { forgetPending } from "./pending-rollback.ts";
import { readSituation, recordedTo, type Situation } from "./rollback-plan.ts";

export type Settled = {
  situation: Situation;
  /** Where a rollback that was begun has led to already; null where that is not all that is asked for. */
  finished: string | null;
};

/**
 * Ends what killed runs have left at work on the data: what is found out about it would not stay true. Both jobs may be
 * killed anywhere, and whoever began them is gone: the deploy lock was theirs. Only a restore beside the live database
 * needs none: it is ended as well, and can be run again.
 */
async function endLeftWork(engine: StackEngine, { pending, unrecorded }: Situation): Promise<void> {
  if (pending?.isRestoring && !pending.isRestored) await endJobs(engine, "by-hand-restore-");
  if (unrecorded) await endJobs(engine, "migration");
}

/**
 * Finds out what a stack is, once what killed runs have left is put in order. `to` is the release that is asked for. The
 * caller holds the deploy lock.
 */
export async function settle(engine: StackEngine, to: string | undefined): Promise<Settled> {
  const found = await readSituation(engine);
  await endLeftWork(engine, found);
  const recorded = recordedTo(found);
  if (!recorded) return { situation: found, finished: null };
  await forgetPending(engine.namePrefix, engine.docker);
  const situation = { ...found, pending: undefined };
  const asked = { stack: engine.stack, releases: found.releases, to, runsNewest: true };
  const isAll = to === undefined || chooseRelease(asked).id === recorded;
  return { situation, finished: isAll ? recorded : null };
}
