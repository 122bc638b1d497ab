import { backupError } from "./backup-error.ts";
import type { Repository } from "./repository.ts";

/**
 * What was written down beside the backups under a name; undefined where nothing was, or it is damaged: then it tells
 * as little. Rejects where it could not be read for another reason.
 */
export async function readJsonNote(repository: Repository, name: string): Promise<unknown> {
  try {
    const text = await repository.readNote(name);
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || backupError(error).reason === "damaged") return undefined;
    throw error;
  }
}

export function isListOfTexts(noted: unknown): noted is string[] {
  return Array.isArray(noted) && noted.every((each) => typeof each === "string");
}
