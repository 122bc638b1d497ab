import { stringify } from "yaml";
import type { SshKey } from "../swarm/ssh-key.ts";
import {
  MACHINE_USER,
  renderBootScript,
  renderContainerRules,
  renderDaemonJson,
  renderDockerUpgradeTimer,
  renderDockerUpgradeUnit,
  renderSshdConfig,
  renderUpgradeConfig,
} from "./boot-files.ts";
import {
  DISK_SCRIPT_PATH,
  renderDiskScript,
  renderDiskUnit,
  renderDockerWaitsForDisk,
} from "./disk-script.ts";

export type CloudInitArgs = {
  hostname: string;
  /** Public keys of those who administer the machine. */
  authorizedKeys: readonly string[];
  /** The machine's own key, so that the first connection can already be sure of it. */
  hostKey: SshKey;
  /** Whether the data volume will be attached to it. */
  dataDisk: boolean;
  swapMb: number;
  /** Time of the night (UTC) for reboots that updates need: `03:30`. Another one for each machine. */
  rebootTime: string;
  /** When Docker may be upgraded, as systemd writes times: `Sun 04:00 UTC`. */
  dockerWindow: string;
};

type File = { path: string; content: string; permissions: string };

const SYSTEMD = "/etc/systemd/system";
export const BOOT_SCRIPT_PATH = "/usr/local/sbin/slipway-boot";

/** What Oracle accepts of all metadata together, in bytes, as base64. */
export const METADATA_BYTES_MAX = 32_000;

/**
 * A machine's cloud-init document: what it must have to be reached and to run Docker. Small, and the same for as long
 * as possible: Oracle cannot change it on a machine that is there. Everything that may change is done over SSH.
 */
export function renderCloudInit(args: CloudInitArgs): string {
  return `#cloud-config\n${stringify(
    {
      hostname: args.hostname,
      users: [administrator(args)],
      disable_root: true,
      ssh_pwauth: false,
      ssh_deletekeys: true,
      ssh_keys: { ed25519_private: args.hostKey.privateKey, ed25519_public: args.hostKey.publicKey },
      write_files: files(args),
      runcmd: [["sh", BOOT_SCRIPT_PATH]],
    },
    { lineWidth: 0 },
  )}`;
}

function administrator({ authorizedKeys }: CloudInitArgs) {
  return {
    name: MACHINE_USER,
    groups: ["docker"],
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    shell: "/bin/bash",
    lock_passwd: true,
    ssh_authorized_keys: [...authorizedKeys],
  };
}

function files(args: CloudInitArgs): File[] {
  const text = (path: string, content: string): File => ({ path, content, permissions: "0644" });
  const script = (path: string, content: string): File => ({ path, content, permissions: "0755" });
  const disk = [
    script(DISK_SCRIPT_PATH, renderDiskScript()),
    text(`${SYSTEMD}/slipway-disk.service`, renderDiskUnit()),
    text(`${SYSTEMD}/docker.service.d/10-slipway.conf`, renderDockerWaitsForDisk()),
  ];
  return [
    text("/etc/docker/daemon.json", renderDaemonJson()),
    text(`${SYSTEMD}/docker.service.d/20-slipway-containers.conf`, renderContainerRules()),
    text("/etc/ssh/sshd_config.d/10-slipway.conf", renderSshdConfig()),
    text("/etc/apt/apt.conf.d/52slipway", renderUpgradeConfig(args)),
    text(`${SYSTEMD}/slipway-docker-upgrade.service`, renderDockerUpgradeUnit()),
    text(`${SYSTEMD}/slipway-docker-upgrade.timer`, renderDockerUpgradeTimer({ window: args.dockerWindow })),
    ...(args.dataDisk ? disk : []),
    script(BOOT_SCRIPT_PATH, renderBootScript(args)),
  ];
}
