import { expect, test } from "vitest";
import { changeCommand, isPreview, previewArguments, withoutOwnFlags } from "./change-command.ts";

test.each([
  [["up", "--yes"], "up"],
  [["-C", "elsewhere", "--color", "never", "destroy"], "destroy"],
  [["stack", "rollback", "--to", "r1"], "stack rollback"],
  [["refresh"], "refresh"],
])("%j changes the stack", (args, command) => {
  expect(changeCommand(args)).toBe(command);
});

test.each([
  [["preview"]],
  [["stack", "output", "url"]],
  [["up", "--help"]],
  [["destroy", "--preview-only"]],
  [["-C", "up", "preview"]],
  [[]],
])("%j changes nothing, and takes no lock", (args) => {
  expect(changeCommand(args)).toBeUndefined();
});

test.each([
  [["preview", "--diff"], true],
  [["-C", "x", "pre"], true],
  [["preview", "--help"], false],
  [["-C", "preview", "up"], false],
])("whether %j asks for a plan: %s", (args, asks) => {
  expect(isPreview(args)).toBe(asks);
});

test("an up is previewed with its own targets and settings, without what a preview does not know", () => {
  const up = [
    "-C",
    "x",
    "up",
    "-yf",
    "--yes",
    "--target",
    "urn:1",
    "--plan",
    "file",
    "--refresh",
    "-c",
    "a=b",
  ];
  expect(previewArguments(up)).toEqual([
    "-C",
    "x",
    "preview",
    "--target",
    "urn:1",
    "--refresh",
    "-c",
    "a=b",
    "--json",
    "--non-interactive",
  ]);
});

test("the real CLI never sees a flag of our own", () => {
  const own = ["up", "--allow-data-loss", "--without-lock", "--yes"];
  expect(withoutOwnFlags(own)).toEqual(["up", "--yes"]);
  expect(previewArguments(own)).toEqual(["preview", "--json", "--non-interactive"]);
});
