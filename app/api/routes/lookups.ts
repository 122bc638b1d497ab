import { decodeCursor } from "../../core/cursor.ts";
import { Problem } from "../../core/problem.ts";

export function noSuch(noun: "dataset" | "job" | "model"): never {
  throw new Problem(404, `There is no such ${noun}.`);
}

/** The id a cursor stands for; a 400 when it is none of ours. */
export function cursorId(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = decodeCursor(cursor);
  if (!id) {
    const errors = [{ path: "query/cursor", message: "is not a cursor of this list" }];
    throw new Problem(400, "The request is not valid: query/cursor is not a cursor of this list.", {
      errors,
    });
  }
  return id;
}
