import { BackupError, backupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import type { Repository } from "../repository.ts";
import { basesIn, segmentsIn } from "./archive.ts";
import { type BaseProofs, goodBases, readProofs, wholeSegments } from "./base-proofs.ts";
import type { PgBackRest } from "./pgbackrest.ts";
import { type Base, type Range, type Run, rangesOf, runsOf } from "./wal-runs.ts";

/** A repository that can be read, with the base backups and the log in it. */
export type Place = {
  repository: Repository;
  /** Its number in the order of all. */
  place: number;
  bases: readonly Base[];
  noted: BaseProofs;
  runs: readonly Run[];
};

/** The tool of point-in-time recovery. Rejects, plainly, where that is off. */
export function toolOf({ pointInTime }: Context): PgBackRest {
  if (pointInTime) return pointInTime;
  throw new BackupError(
    "refused",
    "point-in-time recovery is off in this stack: see the setting backups/pitr",
  );
}

export async function readPlace(tool: PgBackRest, repository: Repository, place: number): Promise<Place> {
  await repository.open();
  const bases = await basesIn(tool, place);
  const noted = await readProofs(repository);
  // Where there is no base backup, there may be no archive either, and nothing to make of it.
  const segments = bases.length === 0 ? [] : await segmentsIn(tool, place);
  return { repository, place, bases, noted, runs: runsOf(wholeSegments(segments, noted)) };
}

/** All repositories that can be read, and why the others cannot; rejects where none can be. */
export async function readPlaces(context: Context): Promise<{ places: Place[]; failures: BackupError[] }> {
  const tool = toolOf(context);
  const places: Place[] = [];
  const failures: BackupError[] = [];
  for (const [place, repository] of context.repositories.entries()) {
    await readPlace(tool, repository, place).then(
      (read) => places.push(read),
      (error) => failures.push(backupError(error)),
    );
  }
  if (places.length === 0 && failures[0]) throw failures[0];
  return { places, failures };
}

/** The times that a place can bring back. */
export function rangesIn({ bases, noted, runs }: Pick<Place, "bases" | "noted" | "runs">): Range[] {
  return rangesOf(goodBases(bases, noted), runs);
}
