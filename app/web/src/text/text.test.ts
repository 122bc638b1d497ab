import { describe, expect, test } from "vitest";
import { bytesText } from "./bytes.ts";
import { countText, figureText, percentText, pluralText } from "./number.ts";
import { agoText, durationText } from "./time.ts";

describe("bytesText", () => {
  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1.0 kB"],
    [123_456, "123 kB"],
    [10_485_760, "10.5 MB"],
  ])("%d bytes are shown as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });
});

describe("durationText", () => {
  test.each([
    [350, "350 ms"],
    [41_200, "41 s"],
    [120_000, "2 min"],
    [125_000, "2 min 5 s"],
    [7_500_000, "2 h 5 min"],
    [90_000_000, "1 d 1 h"],
  ])("%d ms are shown as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("agoText", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  test("a time in the future (a clock that runs ahead) is just now", () => {
    expect(agoText("2026-01-02T00:00:09Z", now)).toBe("just now");
  });
  test("uses the largest unit that fits", () => {
    expect(agoText("2026-01-01T22:59:00Z", now)).toBe("1 hr. ago");
    expect(agoText("2026-01-01T23:57:00Z", now)).toBe("3 min. ago");
  });
});

describe("numbers", () => {
  test("a share never reads 100 % before it is whole", () => {
    expect(percentText(0.999)).toBe("99 %");
    expect(percentText(1)).toBe("100 %");
  });
  test("a noun follows its number", () => {
    expect(pluralText(1, "row")).toBe("1 row");
    expect(pluralText(1_200, "row")).toBe("1,200 rows");
    expect(countText(12_480)).toBe("12,480");
  });
  test("figures keep three digits that matter", () => {
    expect([0, 0.04213, 17.345, 1_240.4].map(figureText)).toEqual(["0", "0.0421", "17.3", "1,240"]);
  });
});
