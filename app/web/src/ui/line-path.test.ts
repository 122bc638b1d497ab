import { describe, expect, test } from "vitest";
import { linePath, niceTop } from "./line-path.ts";

const box = { width: 100, height: 50 };

describe("linePath", () => {
  test("goes from left to right, larger values higher", () => {
    expect(linePath([0, 5, 10], { min: 0, max: 10 }, box)).toBe("M0 50L50 25L100 0");
  });

  test("puts few values at the right, where now is", () => {
    expect(linePath([0, 10], { min: 0, max: 10 }, box, 5)).toBe("M75 50L100 0");
  });

  test("breaks where a value is missing", () => {
    expect(linePath([1, null, 1, 0], { min: 0, max: 1 }, { width: 3, height: 1 })).toBe("M0 0M2 0L3 1");
  });
});

describe("niceTop", () => {
  test.each([
    [[0, 3], 1, 5],
    [[0], 1, 1],
    [[null, 12], 1, 20],
    [[0.03], 0.01, 0.05],
    [[100], 1, 100],
  ])("above %j, at least %d: %d", (values, floor, top) => {
    expect(niceTop(values, floor)).toBeCloseTo(top);
  });
});
