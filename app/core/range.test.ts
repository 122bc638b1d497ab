import { describe, expect, test } from "vitest";
import { attachment, matchesEtag, parseRange } from "./range.ts";

describe("parseRange of 10 bytes", () => {
  test.each([
    ["bytes=0-3", { first: 0, last: 3 }],
    ["bytes=4-", { first: 4, last: 9 }],
    ["bytes=-3", { first: 7, last: 9 }],
    ["bytes=8-99", { first: 8, last: 9 }],
    ["bytes=-99", { first: 0, last: 9 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    [undefined, undefined],
    ["bytes=3-1", undefined],
    ["bytes=0-1,4-5", undefined],
    ["lines=1-2", undefined],
    ["bytes=-", undefined],
    ["bytes=' OR 1=1", undefined],
  ])("%j gives %j", (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });
});

test("an entity tag matches in a list, weak or by a star", () => {
  expect(matchesEtag('"a", W/"b"', '"b"')).toBe(true);
  expect(matchesEtag("*", '"b"')).toBe(true);
  expect(matchesEtag('"bc"', '"b"')).toBe(false);
});

test("a file name cannot break out of the header", () => {
  expect(attachment('a"\r\nX: 1ü.txt')).toBe(
    "attachment; filename=\"a___X: 1_.txt\"; filename*=UTF-8''a%22%0D%0AX%3A%201%C3%BC.txt",
  );
});
