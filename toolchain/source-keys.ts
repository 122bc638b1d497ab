import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PLUGIN_VERSIONS, PULUMI_CLI_VERSION } from "./versions.ts";

/** The Go modules of this folder that are built where the official downloads can't be had. */
export const CLI_MODULE = join(import.meta.dirname, "pulumi");
export const DOCKER_PLUGIN_MODULE = join(import.meta.dirname, "plugins", "docker");

const GO_MODULE = ["go.mod", "go.sum"];
const DOCKER_PLUGIN_SOURCES = [
  "main.go",
  "mapping.go",
  "names.go",
  "upstream/go.mod",
  "upstream/provider.go",
];

/** A short hash of texts, in order. */
export function contentKey(...texts: string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest("hex").slice(0, 12);
}

/** A hash of what the CLI is made of, this kind of machine included. */
export function cliKey(): Promise<string> {
  return moduleKey(PULUMI_CLI_VERSION, CLI_MODULE, GO_MODULE);
}

/** A hash of what the docker plugin is made of, this kind of machine included. */
export function dockerPluginKey(): Promise<string> {
  return moduleKey(PLUGIN_VERSIONS.docker, DOCKER_PLUGIN_MODULE, [...GO_MODULE, ...DOCKER_PLUGIN_SOURCES]);
}

async function moduleKey(version: string, module: string, files: string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(join(module, file), "utf8")));
  return contentKey(version, process.platform, process.arch, ...texts);
}
