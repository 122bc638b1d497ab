import type { KeepRule } from "./config.ts";
import type { BackupKind } from "./manifest.ts";

/** What the rule looks at. */
export type KeptCandidate = { id: string; kind: BackupKind; takenAt: string; isGood: boolean };

const day = (time: string) => time.slice(0, 10);
const month = (time: string) => time.slice(0, 7);

/** The Monday that a day's week begins with. */
function week(time: string): string {
  const date = new Date(time);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** The newest of each period, for so many periods that have any. */
function newestOfEach(
  newestFirst: readonly KeptCandidate[],
  period: (time: string) => string,
  count: number,
) {
  const byPeriod = Map.groupBy(newestFirst, ({ takenAt }) => period(takenAt));
  return [...byPeriod.values()].slice(0, count).map(([newest]) => newest?.id ?? "");
}

/**
 * Ids of the backups that stay. Only proven ones count, so that failures never push the last good one out; of the
 * others, those newer than the newest good one stay, to be looked at.
 */
export function keptIds(backups: readonly KeptCandidate[], keep: KeepRule): Set<string> {
  const newestFirst = backups.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1));
  const good = newestFirst.filter(({ isGood }) => isGood);
  const plain = good.filter(({ kind }) => kind !== "restore-point");
  const restorePoints = good.filter(({ kind }) => kind === "restore-point");
  const newestGood = good[0]?.takenAt ?? "";
  return new Set([
    ...newestFirst.filter(({ takenAt }) => takenAt >= newestGood).map(({ id }) => id),
    ...plain.slice(0, keep.last).map(({ id }) => id),
    ...restorePoints.slice(0, keep.restorePoints).map(({ id }) => id),
    ...newestOfEach(plain, day, keep.daily),
    ...newestOfEach(plain, week, keep.weekly),
    ...newestOfEach(plain, month, keep.monthly),
  ]);
}
