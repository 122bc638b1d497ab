import { buffer } from "node:stream/consumers";
import { ObjectStoreError } from "../adapters/object-store/errors.ts";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import { TransientJobError } from "../core/executor.ts";
import { runKey } from "./object-keys.ts";
import { persist, untilThere } from "./persist.ts";

/** Under the time that a draining worker waits for its runs. */
const SAVE_MAX_MS = 10_000;
const CHECKPOINT_BYTES_MAX = 64 * 1024 * 1024;

/** A job's checkpoint: an object, and a column that names it and moves only with the lease. */
export function checkpoints(store: ObjectStore, queue: Queue, claim: Claim, signal: AbortSignal) {
  let current = claim.checkpoint_key;
  return {
    async loadCheckpoint(): Promise<Buffer | undefined> {
      const key = current;
      return key ? untilThere(signal, () => readCheckpoint(store, key, signal)) : undefined;
    },
    async saveCheckpoint(data: Buffer): Promise<void> {
      if (data.length > CHECKPOINT_BYTES_MAX) throw new RangeError("a checkpoint over 64 MB");
      const key = runKey("checkpoints", claim);
      // A run that is told to stop saves its work first: its own signal does not end these tries.
      const patience = AbortSignal.timeout(SAVE_MAX_MS);
      await untilThere(patience, () =>
        store.put(key, data, data.length, "application/octet-stream", patience),
      );
      const before = current;
      const taken = await persist(patience, () => queue.saveCheckpoint(claim, key));
      const obsolete = taken ? before : key;
      if (taken) current = key;
      // What cannot be deleted now is swept later.
      if (obsolete) await store.delete(obsolete).catch(() => {});
      if (!taken) throw new TransientJobError("The lease was lost before the checkpoint was stored.");
    },
  };
}

/** Undefined when it is gone. */
export async function readCheckpoint(
  store: ObjectStore,
  key: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    return await buffer(await store.get(key, { signal }));
  } catch (error) {
    if (error instanceof ObjectStoreError && error.status === 404) return undefined;
    throw error;
  }
}
