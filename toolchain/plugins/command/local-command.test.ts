import { expect, test } from "vitest";
import { runLocal } from "./local-command.ts";
import { secret } from "./values.ts";

const ignore = () => {};

test("a command sees its environment, input and directory, and its output loses the last line's end only", async () => {
  const inputs = { create: 'echo "$A"; cat; pwd; echo', environment: { A: "1" }, stdin: "in\n", dir: "/tmp" };
  const { stdout } = await runLocal("create", inputs, {}, ignore);
  expect(stdout).toBe("1\nin\n/tmp\n");
});

test("update falls back to create and sees the output before it, unless told otherwise", async () => {
  const inputs = { create: 'echo "[$PULUMI_COMMAND_STDOUT]"' };
  const previous = { stdout: secret("before"), stderr: "" };
  expect(await runLocal("update", inputs, previous, ignore)).toMatchObject({ stdout: "[before]" });
  const without = { ...inputs, addPreviousOutputInEnv: false };
  expect(await runLocal("update", without, previous, ignore)).toMatchObject({ stdout: "[]" });
});

test("outputs are secret as soon as any input is, and inputs stay wrapped in the state", async () => {
  const stdin = secret("s3cret");
  const properties = await runLocal("create", { create: "cat", stdin }, {}, ignore);
  expect(properties).toEqual({ create: "cat", stdin, stdout: secret("s3cret"), stderr: secret("") });
});

test("neither a shown line nor a failure holds a secret", async () => {
  const shown: string[] = [];
  const inputs = { create: "cat; cat /none; exit 3", stdin: secret("s3cret") };
  const failure = await runLocal("create", inputs, {}, (line) => shown.push(line)).catch(String);
  // Two pipes: which of them is read first is chance.
  expect(shown).toContain("[secret]");
  expect(failure).toContain("exit status 3");
  expect(failure).not.toContain("s3cret");
});

test("logging none shows nothing, not even in a failure", async () => {
  const shown: string[] = [];
  const inputs = { create: "echo loud; exit 1", logging: "none" };
  const failure = await runLocal("create", inputs, {}, (line) => shown.push(line)).catch(String);
  expect(shown).toEqual([]);
  expect(failure).not.toMatch(/^loud/m);
});

test("a program that can't start is a failure that says so", async () => {
  const inputs = { create: "x", interpreter: ["/no/such/shell"] };
  await expect(runLocal("create", inputs, {}, ignore)).rejects.toThrow("ENOENT");
});

test("asset paths are refused with what to do instead", async () => {
  await expect(runLocal("create", { assetPaths: ["*"] }, {}, ignore)).rejects.toThrow(
    "official command plugin",
  );
});
