import { describe, expect, test } from "vitest";
import { faultLine, readLine } from "./read-line.ts";

describe("faultLine", () => {
  test("reads the number and nothing else", () => {
    expect(faultLine("line 12")).toBe(12);
    expect(faultLine("body/name")).toBeUndefined();
    expect(faultLine("line twelve")).toBeUndefined();
  });
});

describe("readLine", () => {
  const file = new Blob(["one\r\ntwo\n\nfour"]);
  test.each([
    [1, "one"],
    [2, "two"],
    [3, ""],
    [4, "four"],
    [5, undefined],
  ])("line %d is %j", async (line, text) => {
    expect(await readLine(file, line)).toBe(text);
  });

  test("a long line is cut", async () => {
    const found = await readLine(new Blob(["x".repeat(500_000)]), 1);
    expect(found).toHaveLength(162);
  });

  test("finds a line that lies over the border of two pieces", async () => {
    const long = `${"a".repeat(70_000)}\n`;
    expect(await readLine(new Blob([long, long, "needle\n"]), 3)).toBe("needle");
  });
});
