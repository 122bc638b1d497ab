import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** All that the stack denies its containers. */
const HOUSE_RULES = ["--read-only", "--cap-drop=ALL", "--tmpfs=/tmp:size=64m", "--user=101:101"];

export type ContainerArgs = {
  image: string;
  /** Names that it answers to. */
  aliases: readonly string[];
  /** Contents by path. */
  files?: Readonly<Record<string, string>>;
  /** More arguments of `docker run`. */
  flags?: readonly string[];
  command?: readonly string[];
};

export type Container = {
  name: string;
  /** Its address, which this machine reaches. */
  address: string;
  /** Everything that it said. */
  log(): string;
  docker(command: string, ...args: string[]): void;
};

/** A network of a test's own, and what runs on it. */
export type Containers = {
  id: string;
  /** A volume of the test's own. */
  volume: string;
  start(role: string, args: ContainerArgs): Container;
  /** Runs a shell script in the volume, as its owner. Returns what it printed. */
  inVolume(script: string): string;
  remove(): void;
};

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The reference of a base image in this machine's engine. */
export function baseImage(name: string): string {
  return JSON.parse(readFileSync(join(PROJECT, ".slipway/base-images.json"), "utf8"))[name].reference;
}

/** Puts the files where containers may read them. Returns the arguments that mount them. */
function mounted(folder: string, files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).map(([path, content]) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, 0o644);
    return `--volume=${file}:${path}:ro`;
  });
}

function handle(name: string): Container {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  return {
    name,
    get address() {
      return docker("inspect", "--format", format, name).trim();
    },
    log: () => execFileSync("sh", ["-c", `docker logs ${name} 2>&1`], { encoding: "utf8" }),
    docker: (command, ...args) => void docker(command, ...args, name),
  };
}

/** Makes the network, where no other is given, and the volume. */
export function makeContainers(otherNetwork?: string): Containers {
  const id = `slipway-test-certificates-${process.pid}-${randomBytes(3).toString("hex")}`;
  const folder = mkdtempSync(join(tmpdir(), `${id}-`));
  chmodSync(folder, 0o755);
  const networkName = otherNetwork ?? id;
  if (!otherNetwork) docker("network", "create", id);
  docker("volume", "create", id);
  const names: string[] = [];
  return {
    ...{ id, volume: id },
    start(role, { image, aliases, files = {}, flags = [], command = [] }) {
      const name = `${id}-${role}`;
      const network = [`--network=${networkName}`, ...aliases.map((alias) => `--network-alias=${alias}`)];
      const mounts = mounted(join(folder, role), files);
      docker(
        "run",
        "--detach",
        `--name=${name}`,
        ...HOUSE_RULES,
        ...network,
        ...mounts,
        ...flags,
        image,
        ...command,
      );
      names.push(name);
      return handle(name);
    },
    inVolume(script) {
      const mount = [`--volume=${id}:/volume`, "--workdir=/volume", "--user=101:101"];
      return docker("run", "--rm", ...mount, baseImage("nginx"), "sh", "-c", script);
    },
    remove() {
      if (names.length > 0) docker("rm", "--force", "--volumes", ...names);
      if (!otherNetwork) docker("network", "rm", id);
      docker("volume", "rm", id);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
