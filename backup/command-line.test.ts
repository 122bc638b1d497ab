import { describe, expect, test } from "vitest";
import { momentId, newBackupId } from "./backup-id.ts";
import { readCommand } from "./command-line.ts";

const id = newBackupId(new Date("2026-11-25T18:45:12.345Z"));

describe("the program's arguments", () => {
  test.each([
    [["backup", "now"], { do: "now", kind: "manual" }],
    [["backup", "now", "--scheduled"], { do: "now", kind: "scheduled" }],
    [["restore-point", "create", "--release", "r-1"], { do: "create", release: "r-1" }],
    [["restore-point", "restore", "--id", id], { do: "restore", to: id, into: null }],
    [
      ["backup", "restore", "--to", "2026-11-25T12:00:00Z", "--into", "x_1"],
      { do: "restore", to: "2026-11-25T12:00:00Z", into: "x_1" },
    ],
    [["backup", "base"], { do: "base" }],
    [["backup", "verify", "--id", id], { do: "verify", id }],
  ])("%j", (args, command) => {
    expect(readCommand(args)).toEqual(command);
  });

  test.each([
    ["an unknown command", ["backup", "burn"], /there is no command "backup burn"/],
    ["a release that is missing", ["restore-point", "create"], /--release is missing/],
    ["a path in place of an id", ["restore-point", "show", "--id", "../x"], /is not a backup's id/],
    [
      "a name that would need quoting",
      ["backup", "restore", "--to", id, "--into", "a b"],
      /--into a b: a database's name/,
    ],
  ])("refuse %s", (_, args, message) => {
    expect(() => readCommand(args)).toThrow(message);
  });
});

test("a moment has the same id each time, and another one another", () => {
  const moment = momentId(new Date("2026-11-25T18:45:12.345Z"));
  expect(moment).toMatch(/^20261125t184512-[0-9a-f]{4}$/);
  expect(momentId(new Date("2026-11-25T18:45:12.345Z"))).toBe(moment);
  expect(momentId(new Date("2026-11-25T18:45:12.346Z"))).not.toBe(moment);
});

test("an id tells when the backup was taken, and sorts by it", () => {
  expect(id).toMatch(/^20261125t184512-[0-9a-f]{4}$/);
});
