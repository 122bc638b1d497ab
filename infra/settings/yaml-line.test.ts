import { expect, test } from "vitest";
import { lineOfSetting } from "./yaml-line.ts";

const text = `encryptionsalt: v1:abc
config:
  # the database
  slipway:postgres:
    memoryMb: 128 # too little

    cpus: 1
  slipway:namePrefix: x
`;

test("a setting's own line is found, comments and empty lines counted", () => {
  expect(lineOfSetting(text, "slipway", ["postgres", "cpus"])).toBe(7);
});

test("a setting at the top has its line", () => {
  expect(lineOfSetting(text, "slipway", ["namePrefix"])).toBe(8);
});

test("a missing setting points at the group it belongs into", () => {
  expect(lineOfSetting(text, "slipway", ["postgres", "connectionsMax"])).toBe(4);
});

test("a missing group points nowhere", () => {
  expect(lineOfSetting(text, "slipway", ["worker", "cpus"])).toBeUndefined();
});
