import { BackupError } from "../backup-error.ts";
import { goodBases } from "./base-proofs.ts";
import { type Place, rangesIn } from "./places.ts";
import { type Base, type Range, runOf, servesFrom } from "./wal-runs.ts";

/** A base backup to start from, and where it lies. */
export type Chosen = { place: Place; base: Base };

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

/**
 * The base backups to bring a moment back from, the best first: of each place the newest proven one before it whose log
 * goes on to it. Throws where there is none, with what there is.
 */
export function chooseBases(places: readonly Place[], moment: Date, now: Date): Chosen[] {
  if (moment > now)
    throw new BackupError("refused", `${moment.toISOString()} is still to come; it is ${now.toISOString()}`);
  const seconds = moment.getTime() / 1_000;
  const chosen = places.flatMap((place) => {
    const newest = place.runs.at(-1);
    const fits = goodBases(place.bases, place.noted).filter((base) => {
      const run = runOf(base, place.runs);
      return run && servesFrom(base) <= seconds && (run === newest || seconds <= run.archivedAt);
    });
    const base = fits.at(-1);
    return base ? [{ place, base }] : [];
  });
  if (chosen.length === 0) throw outOfRange(moment, places);
  return chosen;
}
