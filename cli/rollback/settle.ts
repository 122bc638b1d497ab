import { endJobs } from "../left-jobs.ts";
import type { StackEngine } from "../stack-engine.ts";
import { forgetPending } from "./pending-rollback.ts";
import { readSituation, recordedTo, type Situation } from "./rollback-plan.ts";

export type Settled = {
  situation: Situation;
  /** Where a rollback has led to that was begun and had come to its end already. */
  finished: string | null;
};

/**
 * Ends what killed runs have left at work on the data: what is found out about it would not stay true. Whoever began it
 * had the deploy lock, so nobody waits for it, and both may be killed anywhere.
 */
async function endLeftWork(engine: StackEngine, { pending, unrecorded }: Situation): Promise<void> {
  if (pending?.isRestoring && !pending.isRestored) await endJobs(engine, "by-hand-restore-");
  if (unrecorded) await endJobs(engine, "migration");
}

/** Finds out what a stack is, once what killed runs have left is put in order. The caller holds the deploy lock. */
export async function settle(engine: StackEngine, _to: string | undefined): Promise<Settled> {
  const situation = await readSituation(engine);
  await endLeftWork(engine, situation);
  const finished = recordedTo(situation);
  if (finished) await forgetPending(engine.namePrefix, engine.docker);
  return { situation, finished };
}
