import { isListOfTexts, readJsonNote, UNREADABLE } from "../json-note.ts";
import type { Proof } from "../manifest.ts";
import type { Repository } from "../repository.ts";
import type { Base, Segment } from "./wal-runs.ts";

/** What they are written down as, beside the backups. */
export const PROOFS_NOTE = "base-proofs.json";

/** What came of the proofs of base backups in a repository, and which parts of the log are damaged there. */
export type BaseProofs = {
  /** By label. */
  proofs: Record<string, Proof>;
  /** As `archive/name`. */
  damagedSegments: readonly string[];
  /** Whether what was written down is damaged, so that neither is known any more. */
  isUnreadable?: boolean;
};

type Noted = Pick<BaseProofs, "proofs" | "damagedSegments">;

function isNoted(noted: unknown): noted is Noted {
  const { proofs, damagedSegments } = (noted ?? {}) as Partial<Noted>;
  return typeof proofs === "object" && proofs !== null && isListOfTexts(damagedSegments);
}

/** Reads what was written down last; nothing is proven where nothing was, or it is damaged. */
export async function readProofs(repository: Repository): Promise<BaseProofs> {
  const noted = await readJsonNote(repository, PROOFS_NOTE, isNoted);
  if (noted === UNREADABLE) return { proofs: {}, damagedSegments: [], isUnreadable: true };
  const { proofs, damagedSegments } = noted ?? { proofs: {}, damagedSegments: [] };
  return { proofs, damagedSegments };
}

/** Writes down what came of proofs, as far as it is of bases that are still there. */
export async function noteProofs(
  repository: Repository,
  { proofs, damagedSegments }: BaseProofs,
  bases: readonly Base[],
): Promise<void> {
  const labels = new Set(bases.map(({ label }) => label));
  const kept = Object.entries(proofs).filter(([label]) => labels.has(label));
  await repository.writeNote(
    PROOFS_NOTE,
    JSON.stringify({ proofs: Object.fromEntries(kept), damagedSegments }),
  );
}

/** Bases that were proven. */
export function goodBases(bases: readonly Base[], { proofs }: BaseProofs): Base[] {
  return bases.filter(({ label }) => proofs[label]?.state === "good");
}

/** Bases that nobody has proven, and that are not known to be bad. */
export function unprovenBases(bases: readonly Base[], { proofs }: BaseProofs): Base[] {
  return bases.filter(({ label }) => proofs[label] === undefined);
}

/** The log as far as it can be read. */
export function wholeSegments(segments: readonly Segment[], { damagedSegments }: BaseProofs): Segment[] {
  return segments.filter(({ archive, name }) => !damagedSegments.includes(`${archive}/${name}`));
}
