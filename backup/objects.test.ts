import { expect, test } from "vitest";
import { isTurn } from "./objects.ts";

test("each object's turn comes once within so many backups", () => {
  for (const key of ["datasets/a", "models/b/c", "checkpoints/d"]) {
    const turns = Array.from({ length: 21 }, (_, sequence) => isTurn(key, sequence + 100, 7));
    expect(turns.filter(Boolean)).toHaveLength(3);
  }
});
