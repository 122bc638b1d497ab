import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { VolumeSpec } from "./machines.ts";

const GIB = 1024 ** 3;

/** Block volumes: files that take only the room of what is in them, behind loop devices of this machine's kernel. */
export class BlockDevices {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** The number of the volume's loop device, which is made, and made larger, as need be. */
  async open({ id, sizeInGbs }: VolumeSpec): Promise<number> {
    const file = this.#file(id);
    if (!existsSync(file)) writeFileSync(file, "", { mode: 0o600 });
    truncateSync(file, sizeInGbs * GIB);
    const [present] = await this.#devices(id);
    if (present) await losetup("--set-capacity", present);
    const device = present ?? (await losetup("--find", "--show", file)).trim();
    return Number(/\d+$/.exec(device)?.[0]);
  }

  /** Takes the device away; the volume keeps what is on it. */
  async close(id: string): Promise<void> {
    for (const device of await this.#devices(id)) await losetup("--detach", device);
  }

  async delete(id: string): Promise<void> {
    await this.close(id);
    rmSync(this.#file(id), { force: true });
  }

  /** Takes all devices away. */
  async closeAll(): Promise<void> {
    for (const name of readdirSync(this.#directory)) await this.close(name.replace(/\.img$/, ""));
  }

  #file(id: string): string {
    return join(this.#directory, `${id.split(".").at(-1)}.img`);
  }

  async #devices(id: string): Promise<string[]> {
    if (!existsSync(this.#file(id))) return [];
    const listed = await losetup("--associated", this.#file(id), "--noheadings", "--output", "NAME");
    return listed.split("\n").filter(Boolean);
  }
}

async function losetup(...args: string[]): Promise<string> {
  const { stdout, stderr, failed } = await execa("losetup", args, { reject: false });
  if (failed)
    throw new Error(`losetup ${args.join(" ")}: ${stderr}: block volumes need root and loop devices`);
  return stdout;
}
