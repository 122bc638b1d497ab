import { isListOfTexts, readJsonNote } from "./json-note.ts";
import type { Repository } from "./repository.ts";

const NOTE = "damaged-objects.json";

/** Keys of objects whose copies in a repository were found damaged, and were not found whole since. */
export async function damagedCopies(repository: Repository): Promise<Set<string>> {
  const noted = await readJsonNote(repository, NOTE);
  return new Set(isListOfTexts(noted) ? noted : []);
}

/** Writes down what came of reading copies: which were damaged, so that the others of them are whole. */
export async function noteDamagedCopies(
  repository: Repository,
  { read, damaged }: { read: readonly string[]; damaged: readonly string[] },
): Promise<void> {
  const known = await damagedCopies(repository);
  const noted = known.difference(new Set(read)).union(new Set(damaged));
  if (noted.symmetricDifference(known).size === 0) return;
  await repository.writeNote(NOTE, JSON.stringify([...noted].sort()));
}
