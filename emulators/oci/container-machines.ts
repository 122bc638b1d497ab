import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BlockDevices } from "./block-devices.ts";
import { docker, isThere } from "./docker-engine.ts";
import { MachineFiles } from "./machine-files.ts";
import { ensureMachineImage } from "./machine-image.ts";
import { ensureNetwork, type MachineNetwork } from "./machine-network.ts";
import type { MachineSpec, Machines, NetworkCard, VolumeSpec } from "./machines.ts";
import { renderCard } from "./render-card.ts";

export interface ContainerMachinesOptions {
  /** Where disks and the machines' own files are kept; absolute. */
  directory: string;
  /** Debian 12, as an image that this machine's engine has. */
  debianImage: string;
  /** The region's registry of images, which is at the network's gateway. */
  registry?: KnownRegistry;
}

/** A server that machines know by its name, and the file with the authority of its certificate. */
export interface KnownRegistry {
  host: string;
  authorityFile: string;
}

const LABEL = "slipway.oci-emulator";
/** How long a machine may take to shut down. */
const STOP_SECONDS_MAX = 90;
const APPLY_ATTEMPTS_MAX = 20;
const APPLY_RETRY_MS = 500;

/**
 * Makes real machines: containers of this machine's engine with a system, a kernel's worth of control groups, a network
 * card, disks and a Docker engine of their own. They live on without the emulator, and start again with the engine.
 * Needs root, for loop devices.
 */
export async function containerMachines(options: ContainerMachinesOptions): Promise<ContainerMachines> {
  const { directory, debianImage, registry } = options;
  const hash = createHash("sha256").update(directory).digest("hex");
  const name = `slipway-oci-${hash.slice(0, 8)}`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const image = await ensureMachineImage(debianImage);
  const network = await ensureNetwork(name, Number.parseInt(hash.slice(8, 10), 16), labels(name));
  return new ContainerMachines({ name, directory, image, network, ...(registry ? { registry } : {}) });
}

function labels(name: string): string[] {
  return ["--label", `${LABEL}=${name}`];
}

interface Parts {
  name: string;
  directory: string;
  image: string;
  network: MachineNetwork;
  registry?: KnownRegistry;
}

export class ContainerMachines implements Machines {
  readonly #parts: Parts;
  readonly #devices: BlockDevices;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#devices = new BlockDevices(join(parts.directory, "volumes"));
  }

  /** The network that stands for the internet around the machines. */
  get network(): MachineNetwork {
    return this.#parts.network;
  }

  /** What machines boot from. */
  get image(): string {
    return this.#parts.image;
  }

  /** The name and the labels that mark all of it in this machine's engine. */
  get name(): string {
    return this.#parts.name;
  }

  get labels(): string[] {
    return labels(this.#parts.name);
  }

  publicAddresses(): string[] {
    return this.network.publicAddresses;
  }

  /** The name of the container that an instance runs in. */
  containerName(id: string): string {
    return `${this.#parts.name}-${id.slice(-12)}`;
  }

  async launch(machine: MachineSpec, card: NetworkCard): Promise<void> {
    const files = this.#files(machine.id);
    files.writeFirstBoot(machine);
    files.writeCard(renderCard(card, this.network));
    const name = this.containerName(machine.id);
    if (!(await isThere("container", name)))
      await docker(["create", "--name", name, ...this.#createOptions(machine), this.#parts.image]);
    await this.start(machine.id);
  }

  async setCard(id: string, card: NetworkCard): Promise<void> {
    this.#files(id).writeCard(renderCard(card, this.network));
    await this.#apply(id, "card");
  }

  /**
   * Makes a change of the card or the disks take effect on a machine that is on; others find it when they boot. One that
   * is just being switched on takes no command yet, and one that ends none any more.
   */
  async #apply(id: string, changed: "card" | "disks"): Promise<void> {
    for (let attempt = 1; await this.#isRunning(id); attempt += 1) {
      try {
        return void (await this.#run(id, ["sh", `/cloud/${changed}`]));
      } catch (error) {
        if (attempt >= APPLY_ATTEMPTS_MAX) throw error;
        await sleep(APPLY_RETRY_MS);
      }
    }
  }

  async stop(id: string): Promise<void> {
    await docker(["stop", "--time", String(STOP_SECONDS_MAX), this.containerName(id)]);
  }

  async start(id: string): Promise<void> {
    await this.#openDisks(id);
    await docker(["start", this.containerName(id)]);
  }

  async reboot(id: string): Promise<void> {
    await this.stop(id);
    await this.start(id);
  }

  async kill(id: string): Promise<void> {
    await docker(["kill", this.containerName(id)]);
  }

  async terminate(id: string): Promise<void> {
    const files = this.#files(id);
    const name = this.containerName(id);
    if (await isThere("container", name)) await docker(["rm", "--force", "--volumes", name]);
    for (const { volumeId } of files.readDisks()) await this.#devices.close(volumeId);
    files.remove();
  }

  async attach(id: string, volume: VolumeSpec, path: string): Promise<void> {
    const files = this.#files(id);
    const others = files.readDisks().filter(({ volumeId }) => volumeId !== volume.id);
    const disk = { volumeId: volume.id, sizeInGbs: volume.sizeInGbs, path };
    files.writeDisks([...others, { ...disk, loop: await this.#devices.open(volume) }]);
    await this.#apply(id, "disks");
  }

  /** Takes a disk out. Refuses while the machine has it mounted: that would tear the file system. */
  async detach(id: string, volumeId: string): Promise<void> {
    const files = this.#files(id);
    const disks = files.readDisks();
    const disk = disks.find((one) => one.volumeId === volumeId);
    if (!disk) return;
    if ((await this.#isRunning(id)) && (await this.#isMounted(id, disk.loop)))
      throw new Error(
        `The volume ${volumeId} is mounted in ${id}: taking it out now would tear its file system`,
      );
    files.writeDisks(disks.filter((one) => one !== disk));
    await this.#apply(id, "disks");
    await this.#devices.close(volumeId);
  }

  async deleteVolume(volumeId: string): Promise<void> {
    await this.#devices.delete(volumeId);
  }

  async removeAll(): Promise<void> {
    const mine = ["--filter", `label=${LABEL}=${this.#parts.name}`];
    const containers = await docker(["ps", "--all", "--quiet", ...mine]);
    const ids = containers.split("\n").filter(Boolean);
    if (ids.length > 0) await docker(["rm", "--force", "--volumes", ...ids]);
    await this.#devices.closeAll();
    if (await isThere("network", this.#parts.name)) await docker(["network", "rm", this.#parts.name]);
  }

  #files(id: string): MachineFiles {
    return new MachineFiles(join(this.#parts.directory, "machines"), id);
  }

  /** Devices of volumes that the machine has; they are gone after a restart of the host. */
  async #openDisks(id: string): Promise<void> {
    const files = this.#files(id);
    const disks = files.readDisks();
    for (const disk of disks)
      disk.loop = await this.#devices.open({ id: disk.volumeId, sizeInGbs: disk.sizeInGbs });
    files.writeDisks(disks);
  }

  async #isRunning(id: string): Promise<boolean> {
    const format = ["inspect", "--format", "{{.State.Running}}", this.containerName(id)];
    return (await docker(format).catch(() => "")) === "true";
  }

  /** By the kernel's number of the device: loop devices are its kind 7. */
  async #isMounted(id: string, loop: number): Promise<boolean> {
    return (await this.#run(id, ["cat", "/proc/1/mountinfo"])).includes(` 7:${loop} `);
  }

  #run(id: string, command: string[]): Promise<string> {
    return docker(["exec", this.containerName(id), ...command]);
  }

  #createOptions({ id, hostname, memoryInGbs }: MachineSpec): string[] {
    return [
      ...["--hostname", hostname, "--network", this.#parts.name, "--memory", `${memoryInGbs}g`, "--tty"],
      // Everything that a kernel of its own would allow, but what the host itself may not do.
      ...["--cap-add", "ALL", "--cap-drop", "SYS_RESOURCE", "--cgroupns", "private"],
      ...["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"],
      ...["--device-cgroup-rule", "b 7:* rmw", "--tmpfs", "/run:mode=755,exec", "--tmpfs", "/tmp"],
      // Storage of its own Docker engine, which cannot be layered on that of this one.
      ...["--volume", "/var/lib/docker", "--volume", `${this.#files(id).directory}:/cloud:ro`],
      // systemd's way of being told to shut down; and its reboots are ends of the container.
      ...["--stop-signal", "SIGRTMIN+3", "--restart", "unless-stopped", "--log-opt", "max-size=1m"],
      ...labels(this.#parts.name),
      ...this.#registryOptions(),
    ];
  }

  /** What name servers and public authorities do for the real one. */
  #registryOptions(): string[] {
    const { registry, network } = this.#parts;
    if (!registry) return [];
    const trusted = `/etc/docker/certs.d/${registry.host}/ca.crt`;
    return [
      ...["--add-host", `${registry.host}:${network.gateway}`],
      ...["--volume", `${registry.authorityFile}:${trusted}:ro`],
    ];
  }
}
