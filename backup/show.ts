import { isDeepStrictEqual } from "node:util";
import type { Context } from "./context.ts";
import { liveDatabase } from "./live-database.ts";
import { dumpBytes, rowsOf } from "./manifest.ts";
import { findSource } from "./restore-source.ts";

/** What a restore of a backup would change. */
export type Shown = {
  restorePoint: string;
  kind: string;
  release: string | null;
  takenAt: string;
  bytes: number;
  objects: { count: number; bytes: number };
  /** Objects that rows named then, and that are nowhere any more. */
  objectsLost: number;
  /** Where it lies, and whether it was proven there. */
  places: Record<string, "good" | "bad" | "unproven">;
  /** By table. A table that is not there is not named. */
  rowsThen: Record<string, number>;
  rowsNow: Record<string, number>;
  /** Tables whose rows are not what they were; empty where nothing would change. */
  changed: string[];
  /** Whether the live database has the backup's schema, whenever either was made; null where the backup does not tell. */
  isSameSchema: boolean | null;
};

/** Compares a backup, or a moment, with the live database. Changes nothing there. */
export async function show(context: Context, to: string): Promise<Shown> {
  const { manifest, places, lostObjects } = await findSource(context, to);
  const { tables: live, schema } = await liveDatabase(context, manifest.database.name);
  const names = [...new Set([...Object.keys(manifest.tables), ...Object.keys(live)])].sort();
  const isSame = (name: string) => {
    const [was, is] = [manifest.tables[name], live[name]];
    return was !== undefined && was.rows === is?.rows && was.digest === is.digest;
  };
  return {
    restorePoint: manifest.id,
    kind: manifest.kind,
    release: manifest.release,
    takenAt: manifest.takenAt,
    bytes: dumpBytes(manifest),
    objects: manifest.objects,
    ...{ places, objectsLost: lostObjects.length },
    rowsThen: rowsOf(manifest.tables),
    rowsNow: rowsOf(live),
    changed: names.filter((name) => !isSame(name)),
    isSameSchema: manifest.schema === undefined ? null : isDeepStrictEqual(manifest.schema, schema),
  };
}
