import { isListOfTexts, readJsonNote } from "../json-note.ts";
import type { Proof } from "../manifest.ts";
import type { Repository } from "../repository.ts";
import type { Base, Segment } from "./wal-runs.ts";

const NOTE = "base-proofs.json";

/** What came of the proofs of base backups in a repository, and which parts of the log are damaged there. */
export type BaseProofs = {
  /** By label. */
  proofs: Record<string, Proof>;
  /** As `archive/name`. */
  damagedSegments: readonly string[];
};

/** Reads what was written down last; nothing is proven where nothing was, or it is damaged. */
export async function readProofs(repository: Repository): Promise<BaseProofs> {
  const noted = (await readJsonNote(repository, NOTE)) as Partial<BaseProofs> | null | undefined;
  return noted?.proofs && isListOfTexts(noted.damagedSegments)
    ? { proofs: noted.proofs, damagedSegments: noted.damagedSegments }
    : { proofs: {}, damagedSegments: [] };
}

/** Writes down what came of proofs, as far as it is of bases that are still there. */
export async function noteProofs(
  repository: Repository,
  { proofs, damagedSegments }: BaseProofs,
  bases: readonly Base[],
): Promise<void> {
  const labels = new Set(bases.map(({ label }) => label));
  const kept = Object.entries(proofs).filter(([label]) => labels.has(label));
  await repository.writeNote(NOTE, JSON.stringify({ proofs: Object.fromEntries(kept), damagedSegments }));
}

/** Bases that were proven. */
export function goodBases(bases: readonly Base[], { proofs }: BaseProofs): Base[] {
  return bases.filter(({ label }) => proofs[label]?.state === "good");
}

/** The log as far as it can be read. */
export function wholeSegments(segments: readonly Segment[], { damagedSegments }: BaseProofs): Segment[] {
  return segments.filter(({ archive, name }) => !damagedSegments.includes(`${archive}/${name}`));
}
