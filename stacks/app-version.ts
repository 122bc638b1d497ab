import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The app's version, from its package. */
export function appVersion(root: string): string {
  return JSON.parse(readFileSync(join(root, "app/package.json"), "utf8")).version;
}
