import type { KeepRule } from "./config.ts";
import type { BackupKind } from "./manifest.ts";

/** What the rule looks at. */
export type KeptCandidate = {
  id: string;
  kind: BackupKind;
  takenAt: string;
  state: "good" | "bad" | "unproven";
  /** Stands for its schema. */
  schema: string;
};

const day = (time: string) => time.slice(0, 10);
const month = (time: string) => time.slice(0, 7);

/** The Monday that a day's week begins with. */
function week(time: string): string {
  const date = new Date(time);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** The newest of each group, for so many groups that have any. */
function newestOfEach(
  newestFirst: readonly KeptCandidate[],
  groupOf: (backup: KeptCandidate) => string,
  count: number,
) {
  return [...Map.groupBy(newestFirst, groupOf).values()].slice(0, count).map(([newest]) => newest?.id ?? "");
}

/** What the rule keeps of backups, where all of them count. */
function keptByRule(newestFirst: readonly KeptCandidate[], keep: KeepRule): string[] {
  const plain = newestFirst.filter(({ kind }) => kind !== "restore-point");
  const restorePoints = newestFirst.filter(({ kind }) => kind === "restore-point");
  return [
    ...plain.slice(0, keep.last).map(({ id }) => id),
    ...restorePoints.slice(0, keep.restorePoints).map(({ id }) => id),
    // A release is gone back to by the newest of its schema: tries of one migration that failed push none of them out.
    ...newestOfEach(restorePoints, ({ schema }) => schema, keep.restorePoints),
    ...newestOfEach(plain, ({ takenAt }) => day(takenAt), keep.daily),
    ...newestOfEach(plain, ({ takenAt }) => week(takenAt), keep.weekly),
    ...newestOfEach(plain, ({ takenAt }) => month(takenAt), keep.monthly),
  ];
}

/**
 * Ids of the backups that stay. Only proven ones count, so that failures never push the last good one out. One whose
 * proof could not be made, or not be read, may be good: it stays for as long as it would if it were. Bad ones newer than
 * the newest good one stay, to be looked at.
 */
export function keptIds(backups: readonly KeptCandidate[], keep: KeepRule): Set<string> {
  const newestFirst = backups.toSorted((a, b) => (a.takenAt < b.takenAt ? 1 : -1));
  const good = newestFirst.filter(({ state }) => state === "good");
  const maybeGood = newestFirst.filter(({ state }) => state !== "bad");
  const newestGood = good[0]?.takenAt ?? "";
  return new Set([
    ...newestFirst.filter(({ takenAt }) => takenAt >= newestGood).map(({ id }) => id),
    ...keptByRule(good, keep),
    ...keptByRule(maybeGood, keep),
  ]);
}
