import { BackupError } from "../backup-error.ts";
import { goodBases, unprovenBases } from "./base-proofs.ts";
import { type Place, rangesIn } from "./places.ts";
import { type Base, type Range, runOf, servesFrom } from "./wal-runs.ts";

/** A base backup to start from, and where it lies. */
export type Chosen = { place: Place; base: Base; isProven: boolean };

const told = (seconds: number) => new Date(seconds * 1_000).toISOString().replace(".000", "");

/** A range, as people read it. */
export function tellRange({ from, to }: Range): string {
  return `${told(from)} to ${to === null ? "now" : told(to)}`;
}

function outOfRange(moment: Date, places: readonly Place[]): BackupError {
  const ranges = places.flatMap((place) => rangesIn(place).map(tellRange));
  const possible =
    ranges.length === 0
      ? "no base backup is proven yet: npx slipway backup base takes one"
      : `what can be: any second of ${[...new Set(ranges)].join(", or ")}`;
  const advice = "a backup is brought back by its id: npx slipway backup list";
  return new BackupError(
    "refused",
    `${moment.toISOString()} cannot be brought back to the second: ${possible}; ${advice}`,
  );
}

/** The newest of some bases in a place that lead to a moment. */
function newestTo(seconds: number, { runs }: Place, bases: readonly Base[]): Base | undefined {
  const newest = runs.at(-1);
  const fits = bases.filter((base) => {
    const run = runOf(base, runs);
    return run && servesFrom(base) <= seconds && (run === newest || seconds <= run.archivedAt);
  });
  return fits.at(-1);
}

/**
 * The base backups to bring a moment back from, the best first: of each place the newest proven one before it whose log
 * goes on to it; where a place has no such one, the newest that nobody has proven, since its replay tells. Throws where
 * there is none, with what there is.
 */
export function chooseBases(places: readonly Place[], moment: Date, now: Date): Chosen[] {
  if (moment > now)
    throw new BackupError("refused", `${moment.toISOString()} is still to come; it is ${now.toISOString()}`);
  const seconds = moment.getTime() / 1_000;
  const chosen = places.flatMap((place): Chosen[] => {
    const proven = newestTo(seconds, place, goodBases(place.bases, place.noted));
    const base = proven ?? newestTo(seconds, place, unprovenBases(place.bases, place.noted));
    return base ? [{ place, base, isProven: base === proven }] : [];
  });
  if (chosen.length === 0) throw outOfRange(moment, places);
  return chosen.sort((a, b) => Number(b.isProven) - Number(a.isProven));
}
