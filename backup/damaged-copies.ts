import { isListOfTexts, readJsonNote, UNREADABLE } from "./json-note.ts";
import type { Repository } from "./repository.ts";

const NOTE = "damaged-objects.json";

export type DamagedCopies = {
  /** Of objects whose copies were found damaged, and were not found whole since. */
  keys: Set<string>;
  /** Whether that is not known any more: then any copy may be damaged. */
  isUnreadable: boolean;
};

/** What was written down of a repository's copies. */
export async function damagedCopies(repository: Repository): Promise<DamagedCopies> {
  const noted = await readJsonNote(repository, NOTE, isListOfTexts);
  if (noted === UNREADABLE) return { keys: new Set(), isUnreadable: true };
  return { keys: new Set(noted), isUnreadable: false };
}

export type CopiesRead = {
  read: readonly string[];
  /** Those of them that were damaged: the others are whole. */
  damaged: readonly string[];
  /** Whether no copy that the app may need was left out: only then a note that is unreadable is written anew. */
  isAll: boolean;
};

/** Writes down what came of reading copies. */
export async function noteDamagedCopies(
  repository: Repository,
  { read, damaged, isAll }: CopiesRead,
): Promise<void> {
  const { keys: known, isUnreadable } = await damagedCopies(repository);
  const noted = known.difference(new Set(read)).union(new Set(damaged));
  const isNews = isUnreadable ? isAll : noted.symmetricDifference(known).size > 0;
  if (isNews) await repository.writeNote(NOTE, JSON.stringify([...noted].sort()));
}
