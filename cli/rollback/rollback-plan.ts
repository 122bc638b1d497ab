import { readLedger } from "../../infra/operations/release/ledger.ts";
import type { RecordedRelease, ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { readNote } from "../../infra/operations/release/notes.ts";
import type { Shown } from "../backup/render-restore.ts";
import { BackupFailed } from "../backup/run-backup-program.ts";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { type LiveService, liveServices } from "./app-services.ts";
import { chooseRelease } from "./choose-release.ts";
import { type PendingRollback, readPending } from "./pending-rollback.ts";
import type { RollbackFlags } from "./rollback-arguments.ts";
import { neededRestorePoint, refuseIncompatible, type SchemaWay, schemaWay } from "./schema-way.ts";

/** What a stack is, as far as a way back depends on it. */
export type Situation = {
  releases: readonly RecordedRelease[];
  /** What is wrong with the ledger. */
  faults: readonly string[];
  services: ReadonlyMap<string, LiveService>;
  /** A rollback that was begun and not finished. */
  pending: PendingRollback | undefined;
  unrecorded: Parameters<typeof schemaWay>[0]["unrecorded"];
};

/** A way back, before it is gone. */
export type RollbackPlan = {
  /** The newest release that was recorded. */
  from: ReleaseManifest;
  to: ReleaseManifest;
  /** Whether what runs is what that release recorded. */
  runsNewest: boolean;
  way: SchemaWay;
  /** What goes back with the data; undefined where the data stays, or is back already. */
  data: Shown | undefined;
  pending: PendingRollback | undefined;
};

/** Compares a restore point with the live database. */
export type ShowRestorePoint = (restorePoint: string) => Promise<Shown>;

/** Asks the stack itself for everything that a way back depends on. */
export async function readSituation(engine: StackEngine): Promise<Situation> {
  const { namePrefix: prefix, docker } = engine;
  const [ledger, services, pending, unrecorded] = await Promise.all([
    readLedger(prefix, docker),
    liveServices(engine),
    readPending(prefix, docker),
    readNote({ prefix, docker }, "schema"),
  ]);
  return { ...ledger, services, pending, unrecorded };
}

/** Whether every service is what the newest release recorded. One that is gone is not. */
export function runsNewest({ releases, services }: Pick<Situation, "releases" | "services">): boolean {
  const recorded = Object.entries(releases.at(-1)?.manifest.services ?? {});
  return recorded.every(([name, asked]) => services.get(name)?.asked === asked);
}

/**
 * Where a begun rollback, or the one that it was given up for, has led to, if it was recorded before it could be
 * forgotten.
 */
export function recordedTo({ releases, pending }: Pick<Situation, "releases" | "pending">): string | null {
  const newest = releases.at(-1)?.manifest;
  return pending && newest && newest.number > pending.newest ? newest.of : null;
}

/** The release to go back to: that of a rollback that was begun, else the one that is asked for. */
function target(situation: Situation, flags: Pick<RollbackFlags, "to">, stack: string): ReleaseManifest {
  const { releases, pending } = situation;
  const to = flags.to ?? pending?.to;
  const chosen = chooseRelease({ stack, releases, to, runsNewest: runsNewest(situation) });
  if (!pending || chosen.id === pending.to) return chosen;
  const begun = releases.find(({ manifest }) => manifest.id === pending.to)?.manifest;
  // The data is where that rollback has brought it: another release of the same schema works on it too.
  if (pending.isRestored && begun?.schema.after !== chosen.schema.after)
    throw new OperatorError(
      `A rollback to ${pending.to} has brought the data back already, and ${chosen.id} cannot work on it. Finish that one first: npx pulumi stack rollback --stack ${stack}. Nothing was changed.`,
    );
  return chosen;
}

/** The backup that the data goes back to; undefined where it stays, or is back. */
function restorePoint(
  way: SchemaWay,
  to: ReleaseManifest,
  plan: { restoreData: boolean; pending: PendingRollback | undefined },
) {
  const { pending, restoreData } = plan;
  if (pending?.isRestored) return undefined;
  if (restoreData || pending?.restorePoint) return pending?.restorePoint ?? neededRestorePoint(way, to);
  refuseIncompatible(way, to);
  return undefined;
}

/** Whether the data of a rollback that was begun is back: one that was killed in its restore may not have noted it. */
export async function isDataBack(pending: PendingRollback, show: ShowRestorePoint): Promise<boolean> {
  if (pending.isRestored || !pending.isRestoring || !pending.restorePoint) return pending.isRestored;
  const { changed } = await show(pending.restorePoint);
  return changed.length === 0;
}

/**
 * A rollback that was begun, as it really is. Asked only where another release is wanted, since the same one goes on
 * from wherever it is.
 */
async function asItIs(
  pending: PendingRollback | undefined,
  to: string | undefined,
  show: ShowRestorePoint,
): Promise<PendingRollback | undefined> {
  if (!pending || to === undefined || to === pending.to) return pending;
  return { ...pending, isRestored: await isDataBack(pending, show) };
}

/**
 * What was done to the schema since the newest record. An `up` that was killed before its migration has noted one that
 * never ran: the database has the schema of the restore point then.
 */
async function reallyDone(
  { unrecorded, pending }: Situation,
  show: ShowRestorePoint,
): Promise<Situation["unrecorded"]> {
  if (!unrecorded?.restorePoint || pending?.restorePoint) return unrecorded;
  // Where it cannot be told it counts, as for a restore point that does not tell its schema.
  const shown = await show(unrecorded.restorePoint).catch((error: Error) => {
    if (!(error instanceof BackupFailed)) throw error;
    return undefined;
  });
  return shown?.isSameSchema === true ? undefined : unrecorded;
}

/** Plans the way back. Changes nothing. Throws an OperatorError where there is none. */
export async function planRollback(
  { stack }: Pick<StackEngine, "stack">,
  found: Situation,
  flags: Pick<RollbackFlags, "to" | "restoreData">,
  show: ShowRestorePoint,
): Promise<RollbackPlan> {
  const situation = { ...found, pending: await asItIs(found.pending, flags.to, show) };
  const { releases } = situation;
  const to = target(situation, flags, stack);
  // One to another release has nothing to say of this one, but for the data that it has brought back.
  const pending =
    situation.pending?.to === to.id || situation.pending?.isRestored ? situation.pending : undefined;
  const unrecorded = await reallyDone(situation, show);
  const way = schemaWay({ releases, target: to, unrecorded });
  const point = restorePoint(way, to, { restoreData: flags.restoreData, pending });
  const data = point === undefined ? undefined : await show(point);
  const from = (releases.at(-1) as RecordedRelease).manifest;
  return { from, to, runsNewest: runsNewest(situation), way, data, pending };
}
