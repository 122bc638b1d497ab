import { backupError } from "./backup-error.ts";
import type { Repository } from "./repository.ts";

/** What {@link readJsonNote} has of a note that something was written to, and that tells nothing any more. */
export const UNREADABLE = Symbol("a note that is damaged");

/**
 * What was written down beside the backups under a name; undefined where nothing was. Rejects where it could not be
 * read for another reason than its own damage.
 */
export async function readJsonNote<Noted>(
  repository: Repository,
  name: string,
  isValid: (noted: unknown) => noted is Noted,
): Promise<Noted | undefined | typeof UNREADABLE> {
  try {
    const text = await repository.readNote(name);
    if (text === undefined) return undefined;
    const noted: unknown = JSON.parse(text);
    return isValid(noted) ? noted : UNREADABLE;
  } catch (error) {
    if (error instanceof SyntaxError || backupError(error).reason === "damaged") return UNREADABLE;
    throw error;
  }
}

export function isListOfTexts(noted: unknown): noted is string[] {
  return Array.isArray(noted) && noted.every((each) => typeof each === "string");
}
