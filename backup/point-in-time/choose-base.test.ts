import { describe, expect, test } from "vitest";
import type { Repository } from "../repository.ts";
import { chooseBases } from "./choose-base.ts";
import type { Place } from "./places.ts";
import { type Base, runsOf } from "./wal-runs.ts";

const NOW = new Date("2026-11-25T12:00:00Z");
const seconds = (time: string) => Date.parse(`2026-11-25T${time}Z`) / 1_000;
const moment = (time: string) => new Date(`2026-11-25T${time}Z`);
const segmentName = (number: number) =>
  `0000000100000000${number.toString(16).padStart(8, "0").toUpperCase()}`;

function base(label: string, number: number, time: string): Base {
  const name = segmentName(number);
  const own = { firstSegment: name, lastSegment: name, stoppedAt: seconds(time) };
  return { label, archive: "15-1", bytes: 1, ...own };
}

const bases = [base("two", 2, "02:00:00"), base("five", 5, "05:00:00")];

function place(good: readonly string[], segments: readonly number[]): Place {
  const archived = segments.map((number) => ({
    ...{ archive: "15-1", name: segmentName(number), archivedAt: seconds(`0${number}:30:00`) },
  }));
  const proofs = Object.fromEntries(
    good.map((label) => [label, { state: "good" as const, at: "", detail: "" }]),
  );
  const noted = { proofs, damagedSegments: [] };
  return { repository: { name: "store" } as Repository, place: 0, bases, noted, runs: runsOf(archived) };
}

const chosen = (of: Place, time: string) =>
  chooseBases([of], moment(time), NOW).map((each) => each.base.label);

describe("a moment is brought back", () => {
  const whole = [2, 3, 4, 5, 6];

  test("from the newest proven base backup before it", () => {
    expect(chosen(place(["two", "five"], whole), "06:00:00")).toEqual(["five"]);
    expect(chosen(place(["two", "five"], whole), "04:00:00")).toEqual(["two"]);
    expect(chosen(place(["two"], whole), "06:00:00")).toEqual(["two"]);
  });

  test("never across a gap in the log", () => {
    const gap = place(["two", "five"], [2, 3, 5, 6]);
    expect(chosen(gap, "03:15:00")).toEqual(["two"]);
    expect(() => chosen(gap, "04:00:00")).toThrow(
      "any second of 2026-11-25T02:00:01Z to 2026-11-25T03:30:00Z, or 2026-11-25T05:00:01Z to now",
    );
  });

  test("from one that nobody has proven where no proven one leads there: its replay tells", () => {
    expect(chosen(place([], whole), "06:00:00")).toEqual(["five"]);
    expect(chosen(place(["five"], whole), "04:00:00")).toEqual(["two"]);
  });

  test("from no base backup that is bad: what to do is told", () => {
    const { noted, ...others } = place([], whole);
    const bad = { state: "bad" as const, at: "", detail: "" };
    const known = { ...others, noted: { ...noted, proofs: { two: bad, five: bad } } };
    expect(() => chosen(known, "06:00:00")).toThrow(/no base backup is proven yet: npx slipway backup base/);
  });

  test("only when it is past", () => {
    expect(() => chosen(place(["two"], whole), "12:00:01")).toThrow(/is still to come/);
  });
});
