import { expect, test } from "vitest";
import { costUsdPerMonth, headroom, overFreeTier } from "./free-tier.ts";

const free = { armOcpus: 2, armMemoryGb: 12, microMachines: 0, storageGb: 150, volumeBackups: 4 };

test("a stack within the allowance is free, and its headroom is told", () => {
  expect(overFreeTier(free)).toEqual([]);
  expect(costUsdPerMonth(free)).toBe(0);
  expect(headroom(free).map(({ used, free: most }) => [used, most])).toEqual([
    [2, 2],
    [12, 12],
    [150, 200],
    [4, 5],
  ]);
});

test("each thing over the allowance is told with the setting that asks for it", () => {
  const faults = overFreeTier({ ...free, armOcpus: 4, storageGb: 250, volumeBackups: 6 });
  expect(faults.map(({ path }) => path.join("/"))).toEqual([
    "machine/ocpus",
    "dataVolumeGb",
    "volumeBackupsMax",
  ]);
  expect(faults[0]?.message).toBe(
    "asks for 4 Arm processors (OCPU), of which 2 are free (as of 2026-11-25): lower it, or set allowPaid: true",
  );
});

test("only what is over the allowance costs", () => {
  expect(costUsdPerMonth({ ...free, armOcpus: 3 })).toBeCloseTo(0.01 * 744, 6);
  expect(costUsdPerMonth({ ...free, storageGb: 300 })).toBeCloseTo(100 * 0.0425, 6);
});
