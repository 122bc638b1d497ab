import { BackupError } from "../backup-error.ts";
import { STANZA } from "../config.ts";
import { type PgBackRest, WRONG_KEY } from "./pgbackrest.ts";
import type { Base, Segment } from "./wal-runs.ts";

type Told = {
  repo: { status: { code: number; message: string } }[];
  backup: {
    label: string;
    error: boolean;
    archive: { start: string; stop: string };
    database: { id: number };
    info: { size: number };
    timestamp: { stop: number };
  }[];
  archive: { id: string; database: { id: number } }[];
};

/** No base backup yet, or nothing at all: pgBackRest's own numbers. */
const EMPTY_CODES = [1, 2, 3];

/** Which of the repositories is meant, as pgBackRest counts: from 1. */
export function repoFlag(place: number): string {
  return `--repo=${place + 1}`;
}

/** The base backups in a place, the oldest first, whatever came of their proofs. */
export async function basesIn(tool: PgBackRest, place: number): Promise<Base[]> {
  const answer = await tool.run("base backups", ["info", repoFlag(place), "--output=json"]);
  const [told] = JSON.parse(answer) as Told[];
  const status = told?.repo[0]?.status;
  if (!told || !status || EMPTY_CODES.includes(status.code)) return [];
  if (status.code !== 0) throw unreadable(status.message);
  const archives = new Map(told.archive.map(({ id, database }) => [database.id, id]));
  return told.backup.map(({ label, archive, database, info, timestamp }) => ({
    ...{ label, archive: archives.get(database.id) ?? "", bytes: info.size, stoppedAt: timestamp.stop },
    ...{ firstSegment: archive.start, lastSegment: archive.stop },
  }));
}

function unreadable(message: string): BackupError {
  const [line = ""] = message.split("\n");
  if (WRONG_KEY.test(message))
    return new BackupError("wrong-key", "the base backups were encrypted with another key (backupKey)");
  return new BackupError("store-unreachable", `base backups: ${line}`);
}

const SEGMENT = /^([^/]+)\/[0-9A-F]{16}\/([0-9A-F]{24})-[0-9a-f]{40}/;

/** The write-ahead log in a place. */
export async function segmentsIn(tool: PgBackRest, place: number): Promise<Segment[]> {
  const path = `archive/${STANZA}`;
  const answer = await tool.run("archive", [
    ...["repo-ls", path, "--recurse", "--output=json", repoFlag(place)],
  ]);
  const files = JSON.parse(answer) as Record<string, { time?: number }>;
  return Object.entries(files).flatMap(([file, { time }]) => {
    const [, archive, name] = SEGMENT.exec(file) ?? [];
    return archive && name && time ? [{ archive, name, archivedAt: time }] : [];
  });
}
