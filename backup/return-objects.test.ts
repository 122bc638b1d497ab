import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BackupError } from "./backup-error.ts";
import type { ObjectStores } from "./objects.ts";
import type { Repository } from "./repository.ts";
import { returnObjects } from "./return-objects.ts";

const boats = { key: "datasets/boats", bytes: 32, sha256: "a".repeat(64) };

/** What becomes of the one object's copy in a place. */
const PLACES = {
  whole: { exitCode: 0, stderr: "" },
  missing: { exitCode: 0, stderr: "" },
  damaged: { exitCode: 1, stderr: "failed to authenticate decrypted block - bad password?" },
  "cut off": { exitCode: 1, stderr: "unexpected EOF" },
  away: { exitCode: 1, stderr: "connection refused" },
};
type Place = keyof typeof PLACES;

/** Brings the object back from places, in their order. */
async function returnFrom(...places: Place[]) {
  let isLive = false;
  const placeOf = (at = "") => places[Number(at.split(":")[0])] as Place;
  const rclone = {
    async run(_: string, [command]: string[]) {
      if (command !== "lsjson") return "";
      return JSON.stringify(isLive ? [{ Path: boats.key, Size: boats.bytes }] : []);
    },
    async attempt(args: string[]) {
      const [from, to] = [placeOf(args.at(-2)), placeOf(args.at(-1))];
      if (args[0] === "copy") isLive = from === "whole";
      if (args[0] === "copy") return { ...PLACES[from], stdout: "" };
      const isDamaged = to === "damaged";
      return {
        ...PLACES[isDamaged ? to : "whole"],
        stdout: isDamaged ? "" : `${boats.sha256}  ${boats.key}`,
      };
    },
    async read() {
      throw new BackupError("damaged", "cannot be decrypted");
    },
  };
  const repositories = places.map((place, index) => ({
    ...{ name: place, at: () => `${index}:objects`, stored: () => `${index}:stored` },
    sizes: async () => new Map(place === "missing" ? [] : [[boats.key, boats.bytes]]),
  }));
  const scratch = mkdtempSync(join(tmpdir(), "return-objects-"));
  return returnObjects({
    entries: [boats],
    repositories: repositories as unknown as Repository[],
    stores: { rclone, bucket: "app", scratch } as unknown as ObjectStores,
    note() {},
  });
}

test.each([
  ["missing", "missing"],
  ["damaged", "missing"],
  ["damaged", "damaged"],
] as const)(
  "an object that is %s in one place and %s in the other is lost, and ends nothing",
  async (...places) => {
    expect(await returnFrom(...places)).toEqual({ returned: [], lost: [boats.key] });
  },
);

test.each(["whole", "missing", "damaged", "away"] as const)(
  "an object that is %s in one place comes from the other, where it is whole",
  async (place) => {
    expect(await returnFrom(place, "whole")).toEqual({ returned: [boats.key], lost: [] });
  },
);

test.each(["away", "cut off"] as const)(
  "an object that is damaged in one place is not lost where the other is %s: it may be whole there",
  async (place) => {
    await expect(returnFrom("damaged", place)).rejects.toThrow(
      expect.objectContaining({
        reason: "store-unreachable",
        message: expect.stringMatching(/^datasets\/boats cannot be brought back: (away|cut off): /),
      }),
    );
  },
);
