import { BackupError, backupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import type { Proof } from "../manifest.ts";
import { ownFault } from "../own-fault.ts";
import { databaseOf } from "../postgres-url.ts";
import { checkDatabase } from "../prove.ts";
import type { Repository } from "../repository.ts";
import { basesIn, repoFlag } from "./archive.ts";
import { type BaseProofs, noteProofs, PROOFS_NOTE, readProofs } from "./base-proofs.ts";
import { type Damage, findDamage } from "./find-damage.ts";
import { keptBases } from "./kept-bases.ts";
import type { PgBackRest } from "./pgbackrest.ts";
import type { QuietMoment } from "./quiet-moment.ts";
import { withRecovered } from "./recover.ts";
import type { Base } from "./wal-runs.ts";

/** A base backup, and which of the repositories it lies in. */
export type TakenBase = { repository: Repository; place: number; base: Base };

const bad = (detail: string): Omit<Proof, "at"> => ({ state: "bad", detail });

/**
 * What came of a recovery from a base backup to a moment after it, with the failure where it was not good: no proof,
 * neither good nor bad, where that was not its own fault.
 */
async function proofOf(context: Context, tool: PgBackRest, { place, base }: TakenBase, moment: QuietMoment) {
  try {
    await withRecovered(context, { tool, place, base, target: moment }, ({ url }) =>
      checkDatabase(url(databaseOf(context.databaseUrl)), moment, context),
    );
    return { proof: { state: "good", detail: "recovered and compared" } as const };
  } catch (error) {
    const failure = backupError(error);
    return { proof: ownFault(failure), failure };
  }
}

/** Names of what was found damaged, and was not known to be. */
function newDamage({ damagedSegments, damagedBases }: Damage, known: BaseProofs): string[] {
  const segments = damagedSegments.filter((name) => !known.damagedSegments.includes(name));
  const note = known.isUnreadable ? [PROOFS_NOTE] : [];
  return [...note, ...damagedBases.filter((label) => known.proofs[label]?.state !== "bad"), ...segments];
}

/**
 * Proves a base backup, and reads all that lies beside it. Writes the outcome down; what the rule does not keep goes
 * when this one is good. Rejects where it is not, or where something was damaged since it was stored.
 */
export async function proveBase(
  context: Context,
  tool: PgBackRest,
  taken: TakenBase,
  moment: QuietMoment,
): Promise<void> {
  const { repository, place, base } = taken;
  context.note(`${repository.name}: proving base backup ${base.label}`);
  const known = await readProofs(repository);
  const damage = await findDamage(tool, place);
  const { proof, failure } = await proofOf(context, tool, taken, moment);
  const at = new Date().toISOString();
  const found = [
    ...(proof ? [[base.label, { ...proof, at }]] : []),
    ...damage.damagedBases.map((label) => [
      label,
      { ...bad("damaged: its files are not what was stored"), at },
    ]),
  ];
  const proofs = { ...known.proofs, ...Object.fromEntries(found) };
  const noted = { proofs, damagedSegments: damage.damagedSegments };
  const bases = await basesIn(tool, place);
  await noteProofs(repository, noted, bases);
  const kept = keptBases(bases, noted, context.config.pointInTime?.keep ?? bases.length);
  const unkept = failure ?? (await expire(tool, taken, kept).catch(backupError));
  refuse([...(unkept ? [unkept] : []), ...damageTold(repository, newDamage(damage, known))]);
}

async function expire(tool: PgBackRest, { repository, place }: TakenBase, kept: number): Promise<void> {
  await tool.run(`${repository.name}: what the rule does not keep`, [
    ...["expire", repoFlag(place), `--repo${place + 1}-retention-full=${kept}`],
  ]);
}

function damageTold({ name }: Repository, damaged: readonly string[]): BackupError[] {
  const names = damaged.slice(0, 5).join(", ");
  return damaged.length > 0
    ? [new BackupError("damaged", `${name}: damaged since they were stored: ${names}`)]
    : [];
}

/** Throws for the first, and tells all: damage that was noted is no news to the next run. */
function refuse(failures: readonly BackupError[]): void {
  const [first] = failures;
  if (first) throw new BackupError(first.reason, failures.map(({ message }) => message).join("; "));
}
