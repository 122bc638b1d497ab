import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOW = Date.parse("2026-11-24T05:00:00Z");

test("Retry-After is read as seconds, also with a fraction", () => {
  expect(retryAfterMs("7", NOW)).toBe(7_000);
  expect(retryAfterMs("0.25", NOW)).toBe(250);
});

test("Retry-After is read as an HTTP date; one in the past means now", () => {
  expect(retryAfterMs("Tue, 24 Nov 2026 05:00:30 GMT", NOW)).toBe(30_000);
  expect(retryAfterMs("Tue, 24 Nov 2026 04:00:00 GMT", NOW)).toBe(0);
});

test("a Retry-After that is absent or nonsense is none", () => {
  expect([null, " ", "soon"].map((header) => retryAfterMs(header, NOW))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
