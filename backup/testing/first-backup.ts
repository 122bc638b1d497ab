import { expect } from "vitest";
import type { Rig } from "./rig.ts";

/** Two datasets, and a restore point of them in both places. Returns its id, and the key of the first one's object. */
export async function takeFirst(rig: Rig): Promise<{ boats: string; id: string }> {
  const boats = await rig.addDataset("boats", "the boat slides down the slipway");
  await rig.addDataset("ships", "the ship stays in the harbour ".repeat(10_000));
  const taken = await rig.run(["restore-point", "create", "--release", "first"], {
    places: ["store", "offsite"],
  });
  expect(taken.exitCode, taken.said).toBe(0);
  const id = taken.result.restorePoint as string;
  expect(taken.result).toEqual({ restorePoint: id, takenAt: expect.any(String), bytes: expect.any(Number) });
  return { boats, id };
}
