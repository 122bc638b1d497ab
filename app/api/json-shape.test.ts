import { expect, test } from "vitest";
import { countValues, isWellFormed } from "./json-shape.ts";

test("values are counted at least", () => {
  const count = (json: string) => countValues(Buffer.from(json));
  expect([count("1"), count("[]"), count('{"a":1,"b":[2,3]}'), count("[[],[],[]]")]).toEqual([1, 2, 5, 7]);
});

test.each([
  ['{"a":"\\ud83e\\udd8a"}', true],
  ['{"a":"\\\\ud83e"}', true],
  ['{"a":"🦊"}', true],
  ['{"a":"\\ud83e"}', false],
  ['{"a":["b",{"c":"\\uDD8A x"}]}', false],
  ['{"\\ud800":1}', false],
])("%s is well-formed: %s", (json, expected) => {
  expect(isWellFormed(json, JSON.parse(json))).toBe(expected);
});
