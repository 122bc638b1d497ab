import { existsSync, statSync } from "node:fs";
import { diskFault, freeBytesAt } from "../../toolchain/disk.ts";
import { type DockerInfo, dockerInfo, isFault } from "../../toolchain/docker-info.ts";
import { engineHost } from "../../toolchain/engine.ts";
import { engineAdvice, mayStartEngine } from "../../toolchain/engine-advice.ts";
import { toolchainPaths } from "../../toolchain/paths.ts";
import type { PartStatus, ToolchainStatus } from "../../toolchain/status.ts";
import { type Finding, fault, ok, warning } from "./finding.ts";

/** The engine and its swarm. */
export function engineFindings(info: DockerInfo): Finding[] {
  const { state, isManager } = info.swarm;
  const engine = ok("engine", `Docker ${info.version}`);
  if (state === "active" && isManager) return [engine, ok("swarm", "this engine manages one")];
  if (state === "inactive")
    return [engine, warning("swarm", "none yet: npm run up makes one of this machine")];
  const text = `this engine is ${state === "active" ? "a worker in somebody's" : `in a swarm that is ${state}`}: docker swarm leave, or point DOCKER_HOST at a manager`;
  return [engine, fault("swarm", text)];
}

/** The disk under each directory that is here. */
export async function diskFindings(
  directories: readonly string[],
  freeBytes = freeBytesAt,
): Promise<Finding[]> {
  const byDisk = new Map(directories.filter(existsSync).map((path) => [statSync(path).dev, path]));
  const here = [...byDisk.values()];
  return Promise.all(
    here.map(async (directory) => {
      const free = await freeBytes(directory);
      const text = diskFault(directory, free);
      return text ? fault("disk", text) : ok("disk", `${(free / 1e9).toFixed(0)} GB free at ${directory}`);
    }),
  );
}

function listed(parts: readonly PartStatus[]): string {
  return parts.map(({ name, version }) => `${name} ${version}`.trim()).join(", ");
}

/** The tools and base images, by where they were taken from. */
export function toolchainFindings({ parts }: Pick<ToolchainStatus, "parts">): Finding[] {
  return Object.entries(Object.groupBy(parts, ({ source }) => source)).map(([source, of = []]) =>
    source === "missing"
      ? warning("toolchain", `not here yet: ${listed(of)}; npm run up gets it`)
      : ok("toolchain", `${source}: ${listed(of)}`),
  );
}

/** Looks at this machine: its engine, its disks. */
export async function machineFindings(root: string): Promise<Finding[]> {
  const { home, cache } = toolchainPaths(root);
  const answer = await dockerInfo();
  if (!isFault(answer)) {
    return [...engineFindings(answer), ...(await diskFindings([root, home, cache, answer.rootDirectory]))];
  }
  const host = engineHost();
  const engine = mayStartEngine(host)
    ? warning("engine", `none answers (${answer.text}): npm run up installs and starts one`)
    : fault("engine", engineAdvice(answer, host));
  return [engine, ...(await diskFindings([root, home, cache]))];
}
