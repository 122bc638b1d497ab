import { expect, test } from "vitest";
import { checkLocal, commandProvider, diffLocal } from "./provider.ts";
import { secret } from "./values.ts";

test("a value that only became secret is no change", () => {
  const olds = { create: "x", stdin: "s", stdout: "out", stderr: "" };
  expect(diffLocal(olds, { create: "x", stdin: secret("s") })).toEqual({ changes: false, replaces: [] });
});

test("a changed trigger replaces, any other change updates", () => {
  expect(diffLocal({ triggers: [secret(1)] }, { triggers: [2] }).replaces).toEqual(["triggers"]);
  expect(diffLocal({ create: "x" }, { create: "y" })).toEqual({ changes: true, replaces: [] });
});

test("a misspelt input is a failure that names it", () => {
  expect(checkLocal({ create: "x", stdinn: "" }).failures).toMatchObject([{ property: "stdinn" }]);
});

test("what only the official plugin has is refused by name", async () => {
  const provider = commandProvider("1.2.1", () => {});
  const urn = "urn:pulumi:s::p::a:b:C$command:remote:Command::name";
  await expect(provider.check?.(urn, {}, {})).rejects.toThrow("command:remote:Command needs the official");
});
