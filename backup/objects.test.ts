import { expect, test } from "vitest";
import { copyObjects, isTurn, type ObjectStores } from "./objects.ts";
import type { Repository } from "./repository.ts";

test("each object's turn comes once within so many backups", () => {
  for (const key of ["datasets/a", "models/b/c", "checkpoints/d"]) {
    const turns = Array.from({ length: 21 }, (_, sequence) => isTurn(key, sequence + 100, 7));
    expect(turns.filter(Boolean)).toHaveLength(3);
  }
});

test.each([
  ["whole", "[]", []],
  ["damaged itself", "[", ["boats", "ships"]],
])(
  "where the note of damaged copies is %s, those that are there already are to be read: %s",
  async (_, note, read) => {
    const keys = ["boats", "ships"];
    const listed = keys.map((Path) => ({ Path, Size: 1 }));
    const stores = { bucket: "app", rclone: { run: async () => JSON.stringify(listed) } };
    const sizes = new Map(keys.map((key) => [key, 1]));
    const repository = { readNote: async () => note, sizes: async () => sizes };
    const wanted = keys.map((key) => ({ key, sha256: null, required: true }));
    const copied = await copyObjects(
      wanted,
      repository as unknown as Repository,
      stores as unknown as ObjectStores,
    );
    expect(copied.unread.map(({ key }) => key)).toEqual(read);
    expect(copied.isNoteUnreadable).toBe(note === "[");
  },
);
