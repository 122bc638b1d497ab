import { expect, test } from "vitest";
import type { Repository } from "../repository.ts";
import { faultsOf } from "./status.ts";

const noted = { proofs: {}, damagedSegments: [] };
const place = { repository: { name: "store" } as Repository, bases: [] };

test("a note of proofs that is damaged is a fault: what was proven is not known any more", () => {
  expect(faultsOf({ ...place, noted: { ...noted, isUnreadable: true } })).toEqual([
    "store: base-proofs.json is damaged, so no base backup counts as proven: npx slipway backup base proves a new one",
  ]);
  expect(faultsOf({ ...place, noted })).toEqual([]);
});
