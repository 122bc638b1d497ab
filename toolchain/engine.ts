import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { checkDisk } from "./disk.ts";
import { type DockerInfo, dockerInfo, isFault } from "./docker-info.ts";
import { type EngineHost, engineAdvice, mayStartEngine } from "./engine-advice.ts";
import { recordEngine } from "./engine-record.ts";
import { withLock } from "./lock.ts";
import { type ToolchainPaths, toolchainPaths } from "./paths.ts";
import type { Progress, ProgressStep } from "./progress.ts";
import { ensureSwarm } from "./swarm.ts";
import { ToolchainError } from "./toolchain-error.ts";

const START_SECONDS_MAX = 60;

/**
 * Makes sure of a Docker engine that is a swarm manager with room on its disk. Uses the one that runs; on Debian as
 * root installs and starts one where there is none. Throws ToolchainError with what to do everywhere else.
 */
export async function ensureEngine({ root, progress }: { root: string; progress: Progress }): Promise<void> {
  const paths = toolchainPaths(root);
  const step = progress.step("Docker engine");
  try {
    const info = await runningEngine(paths, step);
    // A remote engine's directory is on another machine.
    await checkDisk([root, paths.home, paths.cache, info.rootDirectory]);
    const swarm = await ensureSwarm(paths, info);
    step.done(`${info.version}, ${swarm}`);
  } catch (error) {
    step.fail("not usable");
    throw error;
  }
}

async function runningEngine(paths: ToolchainPaths, step: ProgressStep): Promise<DockerInfo> {
  const answer = await dockerInfo();
  if (!isFault(answer)) return answer;
  const host = engineHost();
  if (!mayStartEngine(host)) throw new ToolchainError(engineAdvice(answer, host));
  // One engine a machine, whichever checkout starts it.
  return withLock(
    join(tmpdir(), "slipway-engine.lock"),
    async () => {
      const again = await dockerInfo();
      return isFault(again) ? startEngine(paths, step) : again;
    },
    (owner) => step.note(`waiting for process ${owner}, which starts it`),
  );
}

/** What decides whether we may start an engine here, and what to say where not. */
export function engineHost(environment = process.env): EngineHost {
  const directories = (environment.PATH ?? "").split(delimiter);
  const context = environment.DOCKER_CONTEXT ?? "";
  return {
    platform: process.platform,
    isDebian: existsSync("/etc/debian_version"),
    isRoot: process.getuid?.() === 0,
    hasDockerd: directories.some((directory) => existsSync(join(directory, "dockerd"))),
    chosenEngine: environment.DOCKER_HOST || (context === "default" ? "" : context),
  };
}

async function startEngine(paths: ToolchainPaths, step: ProgressStep): Promise<DockerInfo> {
  if (!engineHost().hasDockerd || (await hasNoClient())) await installEngine(step);
  step.note("starting");
  await mkdir(paths.logs, { recursive: true });
  const log = join(paths.logs, "dockerd.log");
  const output = openSync(log, "a");
  // Detached: a session of its own, so that no interrupt of ours ends it.
  const engine = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  let ended = false;
  engine.once("exit", () => {
    ended = true;
  });
  engine.unref();
  for (let second = 0; second < START_SECONDS_MAX && !ended; second += 1) {
    const answer = await dockerInfo();
    if (!isFault(answer)) {
      await recordEngine(paths.engineRecord, { startedEngine: true });
      return answer;
    }
    await sleep(1000);
  }
  const lines = (await readFile(log, "utf8")).trim().split("\n").slice(-8).join("\n");
  throw new ToolchainError(`The Docker engine did not start. The end of ${log}:\n${lines}`);
}

async function hasNoClient(): Promise<boolean> {
  return (await execa("docker", ["--version"], { reject: false })).failed;
}

async function installEngine(step: ProgressStep): Promise<void> {
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  step.note("installing docker.io and iptables from Debian");
  await execa("apt-get", ["update", "-q"], { env: environment, reject: false });
  const result = await execa(
    "apt-get",
    ["install", "-y", "-q", "--no-install-recommends", "docker.io", "iptables"],
    { env: environment, reject: false },
  );
  if (!result.failed) return;
  const lines = result.stderr.trim().split("\n").slice(-5).join("\n");
  throw new ToolchainError(`apt-get could not install docker.io and iptables:\n${lines}`);
}
