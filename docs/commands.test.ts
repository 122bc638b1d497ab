import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const files = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];
const texts = files.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

function named(pattern: RegExp): string[] {
  return texts.flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([, name]) => `${file}: ${name}`));
}

test("every npm script that the documents name is there", () => {
  const missing = named(/npm run ([a-z0-9:]+)/g).filter((entry) => !scripts[entry.split(": ")[1] ?? ""]);
  expect(missing).toEqual([]);
});

test("every verb of slipway that the documents name is there", () => {
  const { stdout: help } = execaSync("node", [join(root, "cli/slipway.ts"), "--help"]);
  const missing = named(/npx slipway ([a-z]+)/g).filter(
    (entry) => !help.includes(`slipway ${entry.split(": ")[1]} `),
  );
  expect(missing).toEqual([]);
});

test("every file that the documents have people run by Node is there", () => {
  const missing = named(/\bnode ([a-z/-]+\.ts)/g).filter(
    (entry) => !existsSync(join(root, entry.split(": ")[1] ?? "")),
  );
  expect(missing).toEqual([]);
});
