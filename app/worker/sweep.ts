import type { Logger } from "pino";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import { referencedKeys } from "../adapters/postgres/object-references.ts";
import type { Pool } from "../adapters/postgres/pool.ts";

/** Younger objects may belong to an upload that is not booked yet; the longest of those take minutes. */
export const ORPHAN_AGE_MS = 2 * 3_600_000;
const PREFIXES = ["datasets/", "uploads/", "models/", "checkpoints/"];
const BATCH = 500;

/** Deletes objects that nothing in the database names; returns how many. One worker at a time does it. */
export async function sweepOrphans(
  pool: Pool,
  store: ObjectStore,
  logger: Logger,
  ageMs: number = ORPHAN_AGE_MS,
): Promise<number> {
  let deleted = 0;
  for (const prefix of PREFIXES) {
    let batch: string[] = [];
    const finish = async () => {
      deleted += await deleteOrphans(pool, store, batch);
      batch = [];
    };
    for await (const object of store.list(prefix)) {
      if (object.modifiedAt.getTime() > Date.now() - ageMs) continue;
      batch.push(object.key);
      if (batch.length === BATCH) await finish();
    }
    await finish();
  }
  if (deleted > 0) logger.info({ deleted }, "deleted orphan objects");
  return deleted;
}

async function deleteOrphans(pool: Pool, store: ObjectStore, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const referenced = await referencedKeys(pool, keys);
  const orphans = keys.filter((key) => !referenced.has(key));
  for (const key of orphans) await store.delete(key);
  return orphans.length;
}
