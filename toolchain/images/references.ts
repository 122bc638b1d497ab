import { createHash } from "node:crypto";
import { type BaseImageName, baseImageNames, parentsOf, recipes } from "./recipes.ts";
import { readSources } from "./sources.ts";
import versions from "./versions.json" with { type: "json" };

/** Everything that decides an image's content, apart from its parents. */
export interface RecipeContent {
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Versions and commands. */
  readonly data: unknown;
}

/** 64 hex digits over a recipe's files (names and texts), its data and its parents' hashes. */
export function contentHash(content: RecipeContent, parentHashes: readonly string[]): string {
  const files = Object.entries(content.files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([files, content.data, parentHashes]))
    .digest("hex");
}

/** The tag of every base image: `slipway-base/<name>:<first 12 digits of its content hash>`. */
export function baseImageReferences(): Record<BaseImageName, string> {
  const hashes = {} as Record<BaseImageName, string>;
  const references = {} as Record<BaseImageName, string>;
  for (const name of baseImageNames) {
    const parents = parentsOf(name).map((parent) => hashes[parent]);
    const content = {
      files: readSources(recipes[name].sources),
      data: [versions[name], recipes[name].commands],
    };
    hashes[name] = contentHash(content, parents);
    references[name] = `slipway-base/${name}:${hashes[name].slice(0, 12)}`;
  }
  return references;
}
