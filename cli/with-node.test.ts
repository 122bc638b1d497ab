import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const project = resolve(import.meta.dirname, "..");

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "with-node-"));
  for (const directory of ["cli/bin", "node_modules/.bin", "bin"])
    mkdirSync(join(checkout, directory), { recursive: true });
  cpSync(join(project, "cli/bin/with-node"), join(checkout, "cli/bin/with-node"));
  writeFileSync(join(checkout, "package-lock.json"), "{}");
  script("node_modules/.bin/node", "");
  script("bin/npm", "echo npm was asked >&2; exit 1");
});

afterEach(() => rmSync(checkout, { recursive: true }));

function script(name: string, text: string): void {
  writeFileSync(join(checkout, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** What a command prints in the checkout, where npm installs nothing any more. */
function run(command: string, ...args: string[]): string {
  const env = { PATH: [join(checkout, "bin"), process.env.PATH].join(delimiter) };
  return execFileSync(command, args, { cwd: checkout, env, encoding: "utf8", stdio: "pipe" });
}

test("packages that somebody has installed by hand are not installed a second time, until others are wanted", () => {
  const withNode = () => run("sh", "cli/bin/with-node", "echo", "done");
  expect(withNode).toThrow("npm was asked");
  const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  run("sh", "-c", scripts.postinstall);
  expect(withNode()).toBe("done\n");
  writeFileSync(join(checkout, "package-lock.json"), '{ "lockfileVersion": 3 }');
  expect(withNode).toThrow("npm was asked");
});
