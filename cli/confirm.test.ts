import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const CONFIRM = join(import.meta.dirname, "confirm.ts");

/** Runs confirm in a process of its own; on a terminal where an answer is typed. */
async function asked(yes: boolean, answer?: string) {
  const program = `const { confirm } = await import(${JSON.stringify(CONFIRM)});
    await confirm("Burn it?", { yes: ${yes} }).then(() => console.log("DONE"), (error) => console.log(error.message));`;
  const line = [process.execPath, "--input-type=module", "-e", program];
  if (answer === undefined) return execa(line[0] ?? "", line.slice(1), { stdin: "ignore", reject: false });
  const quoted = line.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return execa("script", ["--quiet", "--return", "--command", quoted, "/dev/null"], { input: answer });
}

test("without a terminal nothing is done, and that is said", async () => {
  expect((await asked(false)).stdout).toBe(
    "Nothing was changed: there is no terminal to ask on. Give --yes to do it.",
  );
});

test("--yes needs no terminal", async () => {
  expect((await asked(true)).stdout).toBe("DONE");
});

test("on a terminal only the whole word yes does it", async () => {
  expect((await asked(false, "yes\n")).stdout).toContain("DONE");
  const { stdout } = await asked(false, "y\n");
  expect(stdout).toContain("Nothing was changed.");
  expect(stdout).not.toContain("DONE");
});
