import { BackupError } from "../backup-error.ts";
import { repoFlag } from "./archive.ts";
import type { PgBackRest } from "./pgbackrest.ts";

export type Damage = {
  /** As `archive/name`. */
  damagedSegments: string[];
  /** Labels. */
  damagedBases: string[];
};

/** Paths are quoted, but not where a file could not even be unpacked. */
const SEGMENT = /(?:invalid \w+|file missing) '?([^/'\s]+)\/[0-9A-F]{16}\/([0-9A-F]{24})-/g;
const BASE = /(?:invalid \w+|file missing) '?(\d{8}-\d{6}F)\//g;

/** A file that could not be read to its end, and pgBackRest's number of why. */
const UNREAD = /invalid result (\S+): \[(\d+)\] (.*)/g;
/** Its numbers for what is not what was stored: checksum, content, format, encryption, and a file that is gone. */
const DAMAGE_CODES = ["26", "28", "29", "55", "95"];

const BASE_STATUS = /backup: (\d{8}-\d{6}F), status: (?!valid|in-progress)/g;

/** Rejects where a file could not be read for another reason than its own: nobody knows whether it is damaged. */
function refuseUnread(said: string): void {
  const unread = [...said.matchAll(UNREAD)].find(([, , code = ""]) => !DAMAGE_CODES.includes(code));
  if (!unread) return;
  const [, path, code, why] = unread;
  throw new BackupError("store-unreachable", `${path} cannot be read to be compared: [${code}] ${why}`);
}

/**
 * What pgBackRest's words tell of files that are not what was stored. Throws where they tell of what has no name, and
 * of files that could not be read.
 */
export function readDamage(said: string): Damage {
  refuseUnread(said);
  const segments = [...said.matchAll(SEGMENT)].map(([, archive, name]) => `${archive}/${name}`);
  const bases = [BASE, BASE_STATUS].flatMap((pattern) =>
    [...said.matchAll(pattern)].map(([, label = ""]) => label),
  );
  if (segments.length + bases.length === 0 && /status: error/.test(said))
    throw new BackupError("damaged", `what was stored is damaged: ${said.trim().slice(-500)}`);
  return { damagedSegments: [...new Set(segments)].sort(), damagedBases: [...new Set(bases)].sort() };
}

/** Reads everything in a place, and compares it with the checksums of when it was stored. */
export async function findDamage(tool: PgBackRest, place: number): Promise<Damage> {
  const flags = [repoFlag(place), "--log-level-console=info", "--job-retry=0"];
  return readDamage(await tool.run("what was stored", ["verify", ...flags]));
}
