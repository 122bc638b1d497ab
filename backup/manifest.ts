import type { Reason } from "./backup-error.ts";

/** How many rows a table has, and a digest of what is in them that does not depend on their order. */
export type TableFigures = { rows: number; digest: string };

/** A file of a backup, before it was encrypted. */
export type FileEntry = { path: string; bytes: number; sha256: string };

/** An object that rows name; the digest is null where no row tells it. */
export type ObjectEntry = { key: string; bytes: number; sha256: string | null };

/** A `moment` was recovered from the write-ahead log, for as long as a restore takes; it is never stored. */
export type BackupKind = "scheduled" | "manual" | "restore-point" | "moment";

/** What a database is made with. */
export type DatabaseShape = {
  name: string;
  owner: string;
  encoding: string;
  collate: string;
  ctype: string;
  /** Of all its files, in bytes. */
  bytes: number;
};

/** What a backup holds, as it was in one snapshot of the database. Written last: without it, there is no backup. */
export type Manifest = {
  format: 1;
  id: string;
  kind: BackupKind;
  /** The release that a restore point was taken for. */
  release: string | null;
  /** When the snapshot was taken, RFC 3339. */
  takenAt: string;
  /** One more than that of the backup before it in the same place. */
  sequence: number;
  database: DatabaseShape;
  /** By schema and name. */
  tables: Readonly<Record<string, TableFigures>>;
  /** What the app's check query answered. */
  answer: unknown;
  /** That query, since another release's may ask otherwise; backups of before do not have it. */
  check?: string;
  /** What tells its schema from others; backups of before do not have it. */
  schema?: unknown;
  /** Everything in the backup's folder but manifest and proof. */
  files: readonly FileEntry[];
  objects: { count: number; bytes: number };
};

/** What came of the last attempt to prove a backup. Only a `good` one is a backup to rely on. */
export type Proof = {
  state: "good" | "bad";
  at: string;
  /** Why it is bad. */
  reason?: Reason;
  /** How it was proven, or what is wrong with it. */
  detail: string;
};

/** Bytes that a backup takes up by itself, its objects not counted: they are shared with other backups. */
export function dumpBytes({ files }: Pick<Manifest, "files">): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Rows by table. */
export function rowsOf(tables: Manifest["tables"]): Record<string, number> {
  return Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows]));
}

/** What is different between the tables of a backup and those of a database, a line each; empty where nothing is. */
export function tableDifferences(wanted: Manifest["tables"], found: Manifest["tables"]): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [was, is] = [wanted[name], found[name]];
    if (!was) return [`${name} should not be there`];
    if (!is) return [`${name} is missing`];
    if (was.rows !== is.rows) return [`${name} has ${is.rows} rows, not ${was.rows}`];
    return was.digest === is.digest ? [] : [`${name} has other content`];
  });
}
