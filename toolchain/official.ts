import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { PULUMI_CLI_VERSION } from "./versions.ts";

/** Where Pulumi publishes its CLI, as its own install script has it. */
const RELEASES = "https://get.pulumi.com/releases/sdk";
/** How long the server may take to answer: a refusing or missing network must not cost more than this, once a run. */
const ANSWER_MS_MAX = 4_000;
const PLUGIN_MS_MAX = 120_000;

/** The official downloads, asked for at most once a run: after one refusal everything else is built. */
export interface OfficialDownloads {
  releases: string;
  reachable(): Promise<boolean>;
  /** Why they can't be had; empty where they can, or before the first question. */
  reason: string;
}

/** `SLIPWAY_DOWNLOADS=never` builds everything; `SLIPWAY_PULUMI_RELEASES` names a mirror of the CLI's releases. */
export function officialDownloads(environment = process.env): OfficialDownloads {
  let answer: Promise<string> | undefined;
  const downloads: OfficialDownloads = {
    releases: environment.SLIPWAY_PULUMI_RELEASES || RELEASES,
    reason: "",
    async reachable() {
      const never = environment.SLIPWAY_DOWNLOADS === "never";
      answer ??= never ? Promise.resolve("SLIPWAY_DOWNLOADS=never") : refusalOf(downloads.releases);
      downloads.reason = await answer;
      return downloads.reason === "";
    },
  };
  return downloads;
}

/** Why the releases can't be downloaded from an address; empty where they can. */
async function refusalOf(releases: string): Promise<string> {
  try {
    const address = `${releases}/${cliArchive(PULUMI_CLI_VERSION)}`;
    const response = await fetch(address, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return response.ok ? "" : `answered ${response.status}`;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The name of the CLI's archive for a machine. */
export function cliArchive(version: string, platform = process.platform, arch = process.arch): string {
  return `pulumi-v${version}-${platform}-${arch}.tar.gz`;
}

/** Downloads the official CLI and its language hosts into a directory. Throws where it can't be had whole. */
export async function downloadCli(directory: string, downloads: OfficialDownloads): Promise<void> {
  const archive = join(directory, "archive.tar.gz");
  const response = await fetch(`${downloads.releases}/${cliArchive(PULUMI_CLI_VERSION)}`);
  if (!response.ok || !response.body) throw new Error(`the CLI's download answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  await execa("tar", ["-xzf", archive, "-C", directory, "--strip-components=1"]);
  await rm(archive);
  const quiet = { PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await execa(join(directory, "pulumi"), ["version"], { env: quiet });
  const version = stdout.trim();
  if (version !== `v${PULUMI_CLI_VERSION}`) throw new Error(`the CLI's download is ${version}`);
}

/** Lets the CLI download an official plugin's executable into a directory. Throws where it can't be had. */
export async function downloadPlugin(
  cli: string,
  plugin: { name: string; version: string },
  directory: string,
): Promise<void> {
  const home = join(directory, "home");
  await mkdir(home, { recursive: true });
  await execa(cli, ["plugin", "install", "resource", plugin.name, plugin.version], {
    env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: PLUGIN_MS_MAX,
  });
  const executable = `pulumi-resource-${plugin.name}`;
  const installed = join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`, executable);
  await rename(installed, join(directory, executable));
  await rm(home, { recursive: true, force: true });
}

/** Gets a part by official download where that works, otherwise by building it in an emptied directory. */
export async function downloadOrBuild(
  directory: string,
  downloads: OfficialDownloads,
  ways: { download(): Promise<void>; build(): Promise<void> },
): Promise<"official" | "built"> {
  if (await downloads.reachable()) {
    try {
      await ways.download();
      return "official";
    } catch (error) {
      downloads.reason = reasonOf(error);
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory);
    }
  }
  await ways.build();
  return "built";
}
