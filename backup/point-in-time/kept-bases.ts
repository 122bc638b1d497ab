import { type BaseProofs, goodBases } from "./base-proofs.ts";
import type { Base } from "./wal-runs.ts";

/**
 * How many of the newest base backups stay, so that so many good ones do: what lies between them is kept along, and
 * where there are fewer good ones, all are.
 */
export function keptBases(bases: readonly Base[], noted: BaseProofs, good: number): number {
  const oldest = goodBases(bases, noted).at(-good);
  return oldest ? bases.length - bases.indexOf(oldest) : Math.max(bases.length, 1);
}
