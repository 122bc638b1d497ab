import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineSpec } from "./machines.ts";

/** A disk in a machine: the block device behind it, and the path that the cloud promises. */
export interface Disk {
  volumeId: string;
  sizeInGbs: number;
  path: string;
  loop: number;
}

/** What a machine finds below /cloud: its first boot's document, its card and its disks. The cloud's side of it. */
export class MachineFiles {
  readonly directory: string;

  constructor(parent: string, id: string) {
    this.directory = join(parent, id.split(".").at(-1) ?? id);
  }

  get exist(): boolean {
    return existsSync(this.directory);
  }

  /** Writes what the first boot reads, once: later it must find the same. */
  writeFirstBoot({ id, hostname, metadata }: MachineSpec): void {
    if (this.exist) return;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const keys = (metadata.ssh_authorized_keys ?? "").split("\n").filter(Boolean);
    const meta = { "instance-id": id, "local-hostname": hostname, "public-keys": keys };
    this.#write("meta-data", JSON.stringify(meta));
    this.#write("user-data", Buffer.from(metadata.user_data ?? "", "base64").toString());
    this.writeDisks([]);
  }

  writeCard(script: string): void {
    if (this.exist) this.#write("card", script);
  }

  writeDisks(disks: readonly Disk[]): void {
    this.#write("disks.json", JSON.stringify(disks));
    this.#write("disks", renderDisks(disks));
  }

  readDisks(): Disk[] {
    const file = join(this.directory, "disks.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Disk[]) : [];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text, { mode: 0o600 });
  }
}

/** The script that makes a machine's disks seen: `/dev/oracleoci/oraclevdb` leads to `/dev/sdb`, as at Oracle. */
export function renderDisks(disks: readonly Disk[]): string {
  const lines = disks.flatMap(({ path, loop }) => {
    const kernelName = `/dev/${path.replace(/^.*\/oraclev/, "s")}`;
    return [
      `rm -f ${kernelName}`,
      `mknod ${kernelName} b 7 ${loop}`,
      `mkdir -p ${path.replace(/\/[^/]+$/, "")}`,
      `ln -sf ${kernelName} ${path}`,
    ];
  });
  return ["set -eu", "rm -f /dev/oracleoci/*", ...lines, ""].join("\n");
}
