import type { Claim } from "../adapters/postgres/queue.ts";
import { newId } from "../core/id.ts";

/** A new key for each write of each run: two runs never write to one object. */
export function runKey(folder: "models" | "checkpoints", claim: Claim): string {
  return `${folder}/${claim.id}/${claim.token}-${newId()}`;
}
