import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { recipesDir } from "./recipes-dir.ts";

/** Texts of the files and of everything in the folders named, by path relative to this folder. */
export function readSources(sources: readonly string[]): Record<string, string> {
  const files = sources.flatMap(filesOf).sort();
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(recipesDir, file), "utf8")]));
}

function filesOf(source: string): string[] {
  if (!statSync(join(recipesDir, source)).isDirectory()) return [source];
  return readdirSync(join(recipesDir, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(recipesDir.length + 1));
}
