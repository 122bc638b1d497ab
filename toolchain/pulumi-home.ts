import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CacheEntry, PartRecord } from "./cache.ts";
import type { ToolchainPaths } from "./paths.ts";
import { placeFile, placeScript, placeText } from "./place.ts";
import { cliKey, contentKey, dockerPluginKey } from "./source-keys.ts";
import { PLUGIN_VERSIONS } from "./versions.ts";

/** What prepare has put in place for a checkout. */
export interface ToolchainRecord {
  /** A hash of everything that the parts are made of; another one means that prepare has work to do. */
  stamp: string;
  parts: PartRecord[];
}

/** The parts in the cache that make up a Pulumi home. */
export interface PulumiParts {
  cli: CacheEntry;
  docker: CacheEntry;
}

const HOST = "pulumi-language-nodejs";

/** A script that runs one of this checkout's TypeScript programs with the Node that is first in PATH. */
function nodeScript(file: string): string {
  return `#!/bin/sh\nexec node "${file}" "$@"\n`;
}

/** The files of the checkout that stand for parts, by the place where the CLI looks for them. */
function scripts(paths: ToolchainPaths, hostIsOfficial: boolean): Array<{ to: string; text: string }> {
  const own = (...path: string[]) => nodeScript(join(paths.root, "toolchain", ...path));
  const command = join(pluginDirectory(paths, "command"), "pulumi-resource-command");
  const scripts = [{ to: command, text: own("plugins", "command", "main.ts") }];
  if (!hostIsOfficial) scripts.push({ to: join(paths.bin, HOST), text: own("language-host", "main.ts") });
  return scripts;
}

function pluginDirectory(paths: ToolchainPaths, name: keyof typeof PLUGIN_VERSIONS): string {
  return join(paths.pulumiHome, "plugins", `resource-${name}-v${PLUGIN_VERSIONS[name]}`);
}

/** The hash that a finished home of this checkout carries. */
export async function homeStamp(paths: ToolchainPaths): Promise<string> {
  const versions = JSON.stringify(PLUGIN_VERSIONS);
  return contentKey(paths.root, versions, nodeScript(""), await cliKey(), await dockerPluginKey());
}

/** What prepare has recorded, where that still holds; undefined where it must run (again). */
export async function readyRecord(paths: ToolchainPaths): Promise<ToolchainRecord | undefined> {
  const files = [
    join(paths.bin, "pulumi"),
    join(paths.bin, HOST),
    join(pluginDirectory(paths, "docker"), "pulumi-resource-docker"),
    join(pluginDirectory(paths, "command"), "pulumi-resource-command"),
    paths.record,
  ];
  if (!files.every((file) => existsSync(file))) return undefined;
  const record = JSON.parse(await readFile(paths.record, "utf8")) as ToolchainRecord;
  return record.stamp === (await homeStamp(paths)) ? record : undefined;
}

/** Puts the parts where the CLI finds them. The record comes last: an interrupted run is done again. */
export async function installHome(paths: ToolchainPaths, parts: PulumiParts): Promise<ToolchainRecord> {
  const cliFiles = (await readdir(parts.cli.directory)).filter((name) => name.startsWith("pulumi"));
  const hostIsOfficial = cliFiles.includes(HOST);
  await mkdir(paths.bin, { recursive: true });
  for (const name of cliFiles) await placeFile(join(parts.cli.directory, name), join(paths.bin, name));
  const dockerExecutable = "pulumi-resource-docker";
  await placeFile(
    join(parts.docker.directory, dockerExecutable),
    join(pluginDirectory(paths, "docker"), dockerExecutable),
  );
  for (const { to, text } of scripts(paths, hostIsOfficial)) await placeScript(to, text);
  const record = { stamp: await homeStamp(paths), parts: recordsOf(parts, hostIsOfficial) };
  await placeText(paths.record, `${JSON.stringify(record, null, 2)}\n`);
  return record;
}

function recordsOf(parts: PulumiParts, hostIsOfficial: boolean): PartRecord[] {
  const own = { source: "checkout", seconds: 0, bytes: 0 } as const;
  const host = { name: HOST, version: parts.cli.record.version };
  return [
    parts.cli.record,
    hostIsOfficial ? { ...host, source: "official", seconds: 0, bytes: 0 } : { ...host, ...own },
    parts.docker.record,
    { name: "command-plugin", version: PLUGIN_VERSIONS.command, ...own },
  ];
}
