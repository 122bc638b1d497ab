import { execa } from "execa";
import { type DockerInfo, dockerInfo, isFault } from "./docker-info.ts";
import { readEngineRecord, recordEngine } from "./engine-record.ts";
import { type ToolchainPaths, toolchainPaths } from "./paths.ts";
import { ToolchainError } from "./toolchain-error.ts";

/** What a swarm holds that is somebody's: while any of it is left, the swarm stays. */
const SWARM_OBJECTS = ["service", "secret", "config"] as const;

/** Makes sure that the engine is a swarm manager. Returns what it is, for the screen. */
export async function ensureSwarm(paths: ToolchainPaths, info: DockerInfo): Promise<string> {
  const { state, isManager } = info.swarm;
  if (state === "active" && isManager) return "swarm manager";
  if (state === "active") {
    throw new ToolchainError(
      "This Docker engine is a worker in somebody's swarm. Point DOCKER_HOST at a manager, or run: docker swarm leave",
    );
  }
  if (state === "locked")
    throw new ToolchainError("This Docker engine's swarm is locked. Run: docker swarm unlock");
  // A swarm of one needs nobody to reach it: it listens on the loopback address only.
  const init = ["swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377"];
  const result = await execa("docker", init, { reject: false });
  const wonByAnother = result.failed && /already part of a swarm/.test(result.stderr);
  if (result.failed && !wonByAnother) {
    throw new ToolchainError(`Docker could not make a swarm: ${result.stderr.trim()}`);
  }
  if (!wonByAnother) await recordEngine(paths.engineRecord, { madeSwarm: true });
  return "swarm of one";
}

/** Ends the swarm that this checkout has made, unless anything is left in it. Returns whether it did. */
export async function leaveSwarm({ root }: { root: string }): Promise<boolean> {
  const file = toolchainPaths(root).engineRecord;
  if (!(await readEngineRecord(file)).madeSwarm) return false;
  const info = await dockerInfo();
  if (isFault(info) || info.swarm.state !== "active" || (await isInUse())) return false;
  await execa("docker", ["swarm", "leave", "--force"]);
  // The bridge that joining a swarm adds; leaving forgets it.
  await execa("docker", ["network", "rm", "docker_gwbridge"], { reject: false });
  await recordEngine(file, { madeSwarm: false });
  return true;
}

async function isInUse(): Promise<boolean> {
  const networks = ["network", "ls", "--filter", "driver=overlay", "--format", "{{.Name}}"];
  const lists = [networks, ...SWARM_OBJECTS.map((kind) => [kind, "ls", "--quiet"])];
  const outputs = await Promise.all(lists.map((list) => execa("docker", list, { lines: true })));
  const left = outputs.flatMap(({ stdout }) => stdout).filter((name) => name !== "" && name !== "ingress");
  return left.length > 0;
}
