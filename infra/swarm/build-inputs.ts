import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { dockerIgnore } from "./docker-ignore.ts";

/** Paths in the build context that differ from machine to machine, and do not belong to what is built. */
const MACHINE_OWN = ".slipway/";

/** The sources, as written, of every COPY and ADD in a Dockerfile that takes files from the build context. */
export function copiedSources(dockerfile: string): string[] {
  const instructions = dockerfile.replace(/\\\r?\n/g, " ").split("\n");
  return instructions.flatMap((instruction) => {
    const [verb, ...words] = instruction.trim().split(/\s+/);
    if (!/^(COPY|ADD)$/i.test(verb ?? "") || words.some((word) => word.startsWith("--from="))) return [];
    return words.filter((word) => !word.startsWith("--")).slice(0, -1);
  });
}

/** All files at or below a path, relative to the context, with slashes. */
function filesBelow(context: string, source: string): string[] {
  const path = join(context, source);
  if (!existsSync(path)) return [];
  const found = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [path];
  return found.map((file) => relative(context, file).split(sep).join("/"));
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** The files of a build context that an image is made from, sorted: the Dockerfile and all that it copies. */
export function buildInputs(context: string, dockerfile: string): string[] {
  const ignored = dockerIgnore(textOf(join(context, ".dockerignore")));
  const sources = copiedSources(readFileSync(join(context, dockerfile), "utf8"));
  const paths = sources.flatMap((source) =>
    /[*?[]/.test(source) ? globSync(source, { cwd: context }) : [source],
  );
  const files = paths.flatMap((path) => filesBelow(context, path));
  const kept = files.filter((file) => !ignored(file) && !file.startsWith(MACHINE_OWN));
  return [...new Set([dockerfile, ...kept])].sort();
}

/** Twelve hexadecimal characters that change when any input of an image changes, in name or in content. */
export function hashOfInputs(context: string, dockerfile: string): string {
  const hash = createHash("sha256");
  for (const file of buildInputs(context, dockerfile)) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(context, file)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
