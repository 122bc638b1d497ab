import { expect, test } from "vitest";
import { BackupError, type Reason } from "./backup-error.ts";
import { damagedCopies, noteDamagedCopies } from "./damaged-copies.ts";
import { readProofs } from "./point-in-time/base-proofs.ts";
import type { Repository } from "./repository.ts";

/** A repository with one note, and what is written in its place. */
function repositoryWith(note: string | Reason) {
  const written: string[] = [];
  const repository = {
    async readNote() {
      if (/^[a-z-]+$/.test(note)) throw new BackupError(note as Reason, "the note");
      return note;
    },
    async writeNote(_: string, text: string) {
      written.push(text);
    },
  };
  return { repository: repository as unknown as Repository, written };
}

const UNREADABLE = [
  ["cannot be decrypted", "damaged"],
  ["ends early", '["datasets/boats'],
  ["is something else", '{"datasets": 1}'],
  ["has something else in it", '[["datasets/boats"], 7]'],
] as const;

test("a note of damaged copies is read and written anew", async () => {
  const { repository, written } = repositoryWith('["boats","ships"]');
  expect(await damagedCopies(repository)).toEqual({ keys: new Set(["boats", "ships"]), isUnreadable: false });
  await noteDamagedCopies(repository, { read: ["boats", "crabs"], damaged: ["crabs"], isAll: false });
  expect(written).toEqual(['["crabs","ships"]']);
});

test.each(UNREADABLE)(
  "a note that %s is written anew once all copies were read, not before",
  async (_, note) => {
    const { repository, written } = repositoryWith(note);
    expect(await damagedCopies(repository)).toEqual({ keys: new Set(), isUnreadable: true });
    await noteDamagedCopies(repository, { read: ["boats"], damaged: ["boats"], isAll: false });
    expect(written).toEqual([]);
    await noteDamagedCopies(repository, { read: ["boats"], damaged: [], isAll: true });
    expect(written).toEqual(["[]"]);
  },
);

test.each(UNREADABLE)(
  "a note of base backups' proofs that %s tells of none, and says so",
  async (_, note) => {
    const nothing = { proofs: {}, damagedSegments: [], isUnreadable: true };
    expect(await readProofs(repositoryWith(note).repository)).toEqual(nothing);
  },
);

test("a note that could not be read for another reason may tell of damage", async () => {
  const { repository } = repositoryWith("store-unreachable");
  const unreachable = expect.objectContaining({ reason: "store-unreachable" });
  await expect(damagedCopies(repository)).rejects.toThrow(unreachable);
  await expect(readProofs(repository)).rejects.toThrow(unreachable);
});
