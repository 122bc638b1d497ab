import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerInfo, isFault } from "./docker-info.ts";
import { type EngineRecord, readEngineRecord } from "./engine-record.ts";
import { toolchainPaths } from "./paths.ts";
import { readyRecord } from "./pulumi-home.ts";

/** One part of the toolchain, as `toolchain status` shows it. */
export interface PartStatus {
  name: string;
  version: string;
  /** "official", "pulled", "built", "checkout", or "missing". */
  source: string;
  bytes: number;
}

export interface ToolchainStatus {
  engine: EngineRecord & { version: string; swarm: string; fault: string };
  parts: PartStatus[];
  cacheDirectory: string;
}

type BaseImages = Record<string, { version: string; source: string; bytes: number }>;

/** What there is on this machine, and where it was taken from. Changes nothing. */
export async function toolchainStatus(root: string): Promise<ToolchainStatus> {
  const paths = toolchainPaths(root);
  const answer = await dockerInfo();
  const engine = isFault(answer)
    ? { version: "", swarm: "", fault: answer.text }
    : { version: answer.version, swarm: answer.swarm.state, fault: "" };
  const pulumi = (await readyRecord(paths))?.parts ?? [
    { name: "pulumi", version: "", source: "missing", bytes: 0 },
  ];
  return {
    engine: { ...(await readEngineRecord(paths.engineRecord)), ...engine },
    parts: [...pulumi, ...(await baseImages(join(paths.home, "base-images.json")))],
    cacheDirectory: paths.cache,
  };
}

async function baseImages(file: string): Promise<PartStatus[]> {
  if (!existsSync(file)) return [{ name: "base images", version: "", source: "missing", bytes: 0 }];
  const images = JSON.parse(await readFile(file, "utf8")) as BaseImages;
  return Object.entries(images).map(([name, { version, source, bytes }]) => ({
    name: `image ${name}`,
    version,
    source,
    bytes,
  }));
}

/** The status as a table for the terminal. */
export function renderStatus(status: ToolchainStatus): string {
  const { engine } = status;
  const swarm = `swarm ${engine.swarm}${engine.madeSwarm ? " (made by this checkout)" : ""}`;
  const started = engine.startedEngine ? "started by this checkout" : "was running";
  const engineLine = engine.fault
    ? `engine: ${engine.fault}`
    : `engine: Docker ${engine.version}, ${started}, ${swarm}`;
  const rows = status.parts.map(({ name, version, source, bytes }) => {
    const size = bytes > 0 ? `${(bytes / 1e6).toFixed(0).padStart(5)} MB` : "";
    return `${name.padEnd(24)}${version.padEnd(24)}${source.padEnd(10)}${size}`.trimEnd();
  });
  return [engineLine, ...rows, `cache: ${status.cacheDirectory}`, ""].join("\n");
}
