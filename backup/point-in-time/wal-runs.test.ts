import { describe, expect, test } from "vitest";
import { type Base, rangesOf, runOf, runsOf, type Segment } from "./wal-runs.ts";

/** Segment `number` of a timeline, archived so many seconds after the start of time. */
function segment(number: number, archive = "15-1"): Segment {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");
  return {
    archive,
    name: `00000001${hex(Math.floor(number / 256))}${hex(number % 256)}`,
    archivedAt: number,
  };
}

function base(label: string, first: number, last: number, archive = "15-1"): Base {
  const names = { firstSegment: segment(first).name, lastSegment: segment(last).name };
  return { label, archive, ...names, stoppedAt: 1_000 + last, bytes: 1 };
}

const numbers = (...all: number[]) => all.map((number) => segment(number));

describe("the log", () => {
  test("is one run as long as nothing is missing, across its files too, in whatever order it is listed", () => {
    const [run, ...more] = runsOf(numbers(257, 254, 256, 255));
    expect(more).toEqual([]);
    expect(run).toMatchObject({ first: 254, last: 257, archivedAt: 257 });
  });

  test("is two runs where a part is missing, or where another server's begins", () => {
    const runs = runsOf([...numbers(1, 2, 4), segment(5, "15-2")]);
    expect(runs.map(({ first, last }) => [first, last])).toEqual([
      [1, 2],
      [4, 4],
      [5, 5],
    ]);
  });
});

describe("the times that can be gone back to", () => {
  test("begin with the end of the oldest base backup, and go on", () => {
    const ranges = rangesOf([base("a", 2, 3), base("b", 5, 5)], runsOf(numbers(1, 2, 3, 4, 5)));
    expect(ranges).toEqual([{ from: 1_004, to: null }]);
  });

  test("end where a part of the log is missing, until the next base backup", () => {
    const ranges = rangesOf([base("a", 1, 1), base("b", 5, 5)], runsOf(numbers(1, 2, 4, 5)));
    expect(ranges).toEqual([
      { from: 1_002, to: 2 },
      { from: 1_006, to: null },
    ]);
  });

  test("are none where no base backup has its own part of the log", () => {
    const runs = runsOf(numbers(1, 3));
    expect(runOf(base("a", 1, 2), runs)).toBeUndefined();
    expect(rangesOf([base("a", 1, 2), base("b", 3, 3, "15-2")], runs)).toEqual([]);
  });
});
