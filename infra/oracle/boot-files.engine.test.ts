import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { sshKey } from "../swarm/ssh-key.ts";
import {
  renderBootScript,
  renderContainerRules,
  renderDockerUpgradeTimer,
  renderDockerUpgradeUnit,
  renderSshdConfig,
} from "./boot-files.ts";
import { renderCloudInit } from "./cloud-init.ts";
import { renderDiskReady, renderDiskScript, renderDiskUnit } from "./disk-script.ts";

const PACKAGES = ["openssh-server", "cloud-init", "shellcheck", "systemd", "e2fsprogs", "fdisk"];

let directory: string;

beforeAll(() => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format of dpkg-query.
  const format = "${Status}";
  const installed = (name: string) => {
    try {
      return execFileSync("dpkg-query", ["-W", "-f", format, name], { encoding: "utf8" }).includes(
        "ok installed",
      );
    } catch {
      return false;
    }
  };
  const missing = PACKAGES.filter((name) => !installed(name));
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-q"], { env });
  // Nothing that is installed for its checks alone may start here.
  const quiet = ["-o", "Dpkg::Options::=--force-confold", "--no-install-recommends"];
  writeFileSync("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    execFileSync("apt-get", ["install", "-y", "-q", ...quiet, ...missing], { env });
  } finally {
    rmSync("/usr/sbin/policy-rc.d");
  }
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "boot-files-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string, mode = 0o644): string {
  const file = join(directory, name);
  writeFileSync(file, text, { mode });
  return file;
}

/** What a program says; throws, with what it said, where it is not content. */
function run(program: string, args: string[], input = ""): string {
  return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

/** What systemd has against units; it warns of most things without failing. */
function complaints(files: string[]): string {
  return spawnSync("systemd-analyze", ["verify", ...files], { encoding: "utf8" }).stderr;
}

const args = {
  hostname: "node-1",
  authorizedKeys: [sshKey("seed", "operator").publicKey],
  hostKey: sshKey("seed", "host node-1"),
  dataDisk: true,
  swapMb: 2048,
  rebootTime: "03:30",
  dockerWindow: "Sun 04:00 UTC",
};

test("cloud-init's own schema knows every key of the document", () => {
  const said = run("cloud-init", ["schema", "--config-file", write("user-data", renderCloudInit(args))]);
  expect(said).toMatch(/Valid (cloud-config|schema)/);
  const wrong = write("wrong", renderCloudInit(args).replace("disable_root: true", "disable_root: maybe"));
  expect(() => run("cloud-init", ["schema", "--config-file", wrong])).toThrow();
});

test("the SSH server takes its rules", () => {
  mkdirSync("/run/sshd", { recursive: true });
  const key = write("host-key", args.hostKey.privateKey, 0o600);
  const config = renderSshdConfig().replace("/etc/ssh/ssh_host_ed25519_key", key);
  expect(run("/usr/sbin/sshd", ["-T", "-f", write("sshd_config", config)])).toContain("maxsessions 100");
  expect(() => run("/usr/sbin/sshd", ["-t", "-f", write("wrong", `${config}MaxSession 1\n`)])).toThrow();
});

test("the shell scripts have nothing that shellcheck warns of", () => {
  const scripts = [
    renderBootScript(args),
    renderBootScript({ swapMb: 0, dataDisk: false }),
    renderDiskScript(),
    `#!/bin/sh\n${renderDiskReady()}`,
  ];
  for (const [index, script] of scripts.entries()) run("shellcheck", [write(`script-${index}.sh`, script)]);
  expect(() => run("shellcheck", [write("wrong.sh", "#!/bin/sh\nrm $1\n")])).toThrow();
});

test("systemd knows every line of the units", () => {
  const disk = renderDiskUnit().replace(/ExecStart=.*/, "ExecStart=/bin/true");
  const units = {
    "slipway-disk.service": disk,
    "slipway-docker-upgrade.service": renderDockerUpgradeUnit(),
    "slipway-docker-upgrade.timer": renderDockerUpgradeTimer({ window: args.dockerWindow }),
  };
  const files = Object.entries(units).map(([name, text]) => write(name, text));
  expect(complaints(files)).toBe("");
  // A drop-in is judged with its unit.
  const docker = write(
    "docker.service",
    `[Service]\nType=notify\nExecStart=/bin/true\n${renderContainerRules()}`,
  );
  expect(complaints([docker])).toBe("");
  run("systemd-analyze", ["calendar", args.dockerWindow]);
  expect(complaints([write("wrong.service", disk.replace("Type=oneshot", "Type=once"))])).toContain(
    "service type",
  );
});

/** A disk of 64 MB: a file, mounted and given names as a device has them. */
function disk(): string {
  const image = write("disk.img", "");
  run("truncate", ["--size", "64M", image]);
  return image;
}

/** Runs the script on a disk that is a file, with what only a machine can do left out. */
function prepare(image: string): string {
  const script = renderDiskScript(image, join(directory, "data"))
    .replace('[ -b "$device" ]', '[ -f "$device" ]')
    .replaceAll(/^.*fstab.*$|^mount -t.*$/gm, "true");
  return run("sh", [write("disk.sh", script)]);
}

test("an empty disk gets a file system, and keeps it and its data from then on", () => {
  const image = disk();
  prepare(image);
  const uuid = run("blkid", ["-p", "-s", "UUID", "-o", "value", image]);
  expect(run("blkid", ["-p", "-s", "TYPE", "-o", "value", image]).trim()).toBe("ext4");
  prepare(image);
  expect(run("blkid", ["-p", "-s", "UUID", "-o", "value", image])).toBe(uuid);
});

test.each([
  ["a file system of another kind", (image: string) => run("mkswap", [image]), "holds swap"],
  ["a table of partitions", (image: string) => run("sfdisk", [image], "label: gpt\n"), "holds PMBR gpt"],
  [
    "content without a signature",
    (image: string) =>
      run("dd", ["if=/dev/urandom", `of=${image}`, "bs=4k", "count=1", "seek=100", "conv=notrunc"]),
    "has content",
  ],
])("a disk with %s stays as it is", (_what, fill, reason) => {
  const image = disk();
  fill(image);
  const before = run("sha256sum", [image]);
  expect(() => prepare(image)).toThrow(reason);
  expect(run("sha256sum", [image])).toBe(before);
});
