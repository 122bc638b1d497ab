import { megabytes } from "./render-backups.ts";

/** What a restore would change, as the backups' program tells it. */
export type Shown = {
  restorePoint: string;
  kind: string;
  release: string | null;
  takenAt: string;
  bytes: number;
  objects: { count: number; bytes: number };
  /** Objects that rows named then, and that are nowhere any more. */
  objectsLost: number;
  places: Record<string, "good" | "bad" | "unproven">;
  /** By table. */
  rowsThen: Record<string, number>;
  rowsNow: Record<string, number>;
  /** Tables whose rows are not what they were. */
  changed: readonly string[];
  /** Whether the schema is the live one's. Neither programs nor backups of before tell. */
  isSameSchema?: boolean | null;
};

export type Restored = {
  restorePoint: string;
  takenAt: string;
  database: string;
  keptAs: string | null;
  objectsReturned: number;
  objectsLost: number;
  /** The first of them. Programs of before do not tell. */
  lostKeys?: readonly string[];
  rows: Record<string, number>;
};

const rows = (count: number | undefined) => (count === undefined ? "no table" : `${count} rows`);

/** Tables that a restore changes, a line each: rows now, rows then. */
export function renderChanges({ changed, rowsThen, rowsNow }: Shown): string[] {
  return changed.map((table) => {
    const [now, then] = [rows(rowsNow[table]), rows(rowsThen[table])];
    return `  ${table}: ${now === then ? `${now}, some of them other ones` : `${now} now, ${then} then`}`;
  });
}

/** The table that tells which release a database is for. Its rows also tell when, which is no difference of schema. */
const SCHEMA_TABLE = "public.schema_migrations";

/** Whether data has the live database's schema. Where that is not told, no row of that table may differ. */
export function isSameSchema({ isSameSchema: told, changed }: Shown): boolean {
  return told ?? !changed.includes(SCHEMA_TABLE);
}

/** Whether it is a moment between backups, recovered from the write-ahead log. */
export function isMoment({ kind }: Pick<Shown, "kind">): boolean {
  return kind === "moment";
}

function lostObjects(count: number): string {
  return `${count} objects that rows name then are nowhere any more: they were deleted before a backup had copied them.`;
}

const KEYS_SHOWN = 10;

/** The objects that a restore could not bring back, and what their rows mean for the live database. */
export function notReturned(restored: Restored): string {
  return restored.objectsLost > 0 ? `${lostOnes(restored)}${BLOCKS_BACKUPS}` : "";
}

function lostOnes({ objectsLost, lostKeys = [] }: Restored): string {
  if (lostKeys.length === 0) return ` ${lostObjects(objectsLost)}`;
  const more = objectsLost - KEYS_SHOWN;
  const keys = `${lostKeys.slice(0, KEYS_SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return ` Warning: ${objectsLost} objects that its rows name are nowhere whole any more: ${keys}.`;
}

const BLOCKS_BACKUPS =
  " While the live database has datasets or models without their objects, no backup succeeds, and so no up with a migration: DELETE /datasets/ID removes a dataset (or PUT gives it new content), DELETE /jobs/ID a job with its model.";

/** What a restore in place of the live database would do, before it is done. */
export function renderPlan(stack: string, shown: Shown): string {
  const { restorePoint, takenAt, bytes, objects, objectsLost, changed } = shown;
  const what = isMoment(shown)
    ? `Stack ${stack} as it was at ${takenAt}`
    : `Backup ${restorePoint} of stack ${stack}, taken ${takenAt}`;
  const lost = objectsLost > 0 ? ` ${lostObjects(objectsLost)}` : "";
  const head = `${what}: ${megabytes(bytes)}, ${objects.count} objects.${lost}`;
  if (changed.length === 0)
    return `${head}\nThe live database has the same rows: only objects that are gone come back.\n`;
  return `${head}
Written since then, and no longer seen by the app after the restore:
${renderChanges(shown).join("\n")}
It is not lost: the database of now stays beside the restored one, as app_before_${restorePoint}.
While the two change places, for some seconds, requests wait or are answered with 503.
`;
}

/** What a restore has done. */
export function renderRestored(restored: Restored): string {
  const { restorePoint, takenAt, database, keptAs, objectsReturned } = restored;
  const returned = objectsReturned > 0 ? ` ${objectsReturned} objects came back.` : "";
  const kept = keptAs ? ` What was there before is in database ${keptAs}.` : "";
  return `Database ${database} is what ${restorePoint} holds, of ${takenAt}; every table was compared.${returned}${notReturned(restored)}${kept}\n`;
}
