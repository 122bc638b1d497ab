import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Changes a file of the app, and takes that back. */
export type Variant = { apply(): void; takeBack(): void };

/** A variant of the app that has some more text at the end of a file, or a file more. */
export function withText(root: string, file: string, text: string): Variant {
  const path = join(root, file);
  const before = read(path);
  return {
    apply: () => appendFileSync(path, text),
    takeBack: () => (before === undefined ? rmSync(path) : writeFileSync(path, before)),
  };
}

/** A variant of the app with one piece of text in place of another. Throws where that is not there. */
export function withChange(root: string, file: string, from: string, to: string): Variant {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  if (!before.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
  return {
    apply: () => writeFileSync(path, before.replace(from, to)),
    takeBack: () => writeFileSync(path, before),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Another version of the app: all else is the same. */
export function setVersion(root: string, version: string): void {
  const file = join(root, "app/package.json");
  writeFileSync(file, `${JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), version }, null, 2)}\n`);
}
