import { expect, test } from "vitest";
import { ownSubcommand } from "../own-subcommands.ts";
import { rollbackArguments } from "./rollback-arguments.ts";

test("every flag is read, in its short form too", () => {
  const asking = { stack: undefined, to: undefined, yes: false, json: false, help: false };
  const none = { ...asking, restoreData: false, giveUp: false };
  expect(rollbackArguments([])).toEqual(none);
  expect(rollbackArguments(["-s", "prod", "-y", "--to=r1", "--restore-data", "--json"])).toEqual({
    ...{ ...none, stack: "prod", to: "r1" },
    ...{ restoreData: true, yes: true, json: true },
  });
  expect(rollbackArguments(["--give-up"])).toEqual({ ...none, giveUp: true });
});

test.each([
  [["--force"]],
  [["r1"]],
  [["--to"]],
  [["--give-up", "--to=r1"]],
  [["--give-up", "--restore-data"]],
])("%j is refused, and nothing was changed", (args) => {
  expect(() => rollbackArguments(args)).toThrow(/stack rollback --help. Nothing was changed/);
});

test("the launcher knows it, and leaves every other command of stacks to the real CLI", () => {
  expect(ownSubcommand(["stack", "rollback", "--yes"])?.words).toEqual(["stack", "rollback"]);
  expect(ownSubcommand(["stack", "output"])).toBeUndefined();
});
