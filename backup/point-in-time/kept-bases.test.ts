import { expect, test } from "vitest";
import { keptBases } from "./kept-bases.ts";

const at = "2026-11-25T03:00:00Z";

function kept(states: readonly ("good" | "bad" | "unproven")[], good: number): number {
  const bases = states.map((_, number) => ({
    ...{
      label: `base-${number}`,
      archive: "15-1",
      firstSegment: "",
      lastSegment: "",
      stoppedAt: number,
      bytes: 1,
    },
  }));
  const entries = states.flatMap((state, number) =>
    state === "unproven" ? [] : [[`base-${number}`, { state, at, detail: "" }] as const],
  );
  return keptBases(bases, { proofs: Object.fromEntries(entries), damagedSegments: [] }, good);
}

test("so many good base backups stay, whatever lies between them", () => {
  expect(kept(["good", "good", "good"], 2)).toBe(2);
  expect(kept(["good", "good", "bad", "good"], 2)).toBe(3);
  expect(kept(["good", "unproven", "bad", "good"], 2)).toBe(4);
});

test("where there are fewer good ones, none goes", () => {
  expect(kept(["bad", "good"], 2)).toBe(2);
  expect(kept(["unproven", "bad"], 2)).toBe(2);
  expect(kept([], 2)).toBe(1);
});
