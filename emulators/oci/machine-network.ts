import { readFile } from "node:fs/promises";
import { docker, isThere } from "./docker-engine.ts";
import type { Outside } from "./render-card.ts";

/** A network of this machine that stands for the internet around a tenancy; only this machine reaches it. */
export interface MachineNetwork extends Outside {
  name: string;
  /** Addresses of it that the cloud may give out. */
  publicAddresses: string[];
}

const PREFIX = 24;
const CANDIDATES_MAX = 64;
/** The last addresses are the engine's, for machines until they have their own. */
const PUBLIC_LAST = 199;

/** Makes the network unless it is there: in 10.231.0.0/16, from the given number on, wherever it is free. */
export async function ensureNetwork(name: string, first: number, labels: string[]): Promise<MachineNetwork> {
  if (!(await isThere("network", name))) await createNetwork(name, first, labels);
  const format = "{{(index .IPAM.Config 0).Gateway}}";
  const gateway = await docker(["network", "inspect", "--format", format, name]);
  const base = gateway.replace(/\.\d+$/, "");
  const publicAddresses = Array.from({ length: PUBLIC_LAST - 1 }, (_, index) => `${base}.${index + 2}`);
  // The cloud's own comes first; where nobody serves names there, the others answer.
  const servers = [gateway, ...(await nameservers())];
  return { name, gateway, publicAddresses, prefix: PREFIX, nameservers: servers };
}

async function createNetwork(name: string, first: number, labels: string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const base = `10.231.${(first + attempt) % 256}`;
    const range = [
      "--subnet",
      `${base}.0/${PREFIX}`,
      "--gateway",
      `${base}.1`,
      "--ip-range",
      `${base}.224/27`,
    ];
    try {
      return void (await docker(["network", "create", ...range, ...labels, name]));
    } catch (error) {
      if (attempt >= CANDIDATES_MAX || !/overlaps/i.test((error as Error).message)) throw error;
    }
  }
}

/** The servers that containers of this engine ask, which machines ask too. */
async function nameservers(): Promise<string[]> {
  const text = await readFile("/etc/resolv.conf", "utf8");
  const servers = [...text.matchAll(/^nameserver\s+([\d.]+)/gm)].map(([, server = ""]) => server);
  const outside = servers.filter((server) => !server.startsWith("127."));
  return outside.length > 0 ? outside : ["8.8.8.8"];
}
