import { docker } from "../emulators/oci/docker-engine.ts";
import type { MachineNetwork } from "../emulators/oci/machine-network.ts";

/** Every port that something of ours, or of the system, could listen at. */
const PORTS_MAX = 10_000;
const AT_ONCE = 500;

/** Connects to each port; what takes none within a second is closed. */
const SCAN = `
import asyncio, json, sys
host, last, extra = sys.argv[1], int(sys.argv[2]), [int(port) for port in sys.argv[3:]]
limit = asyncio.Semaphore(${AT_ONCE})
async def probe(port):
    async with limit:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), 1)
        except (OSError, asyncio.TimeoutError):
            return []
        writer.close()
        return [port]
async def scan():
    found = await asyncio.gather(*[probe(port) for port in [*range(1, last + 1), *extra]])
    print(json.dumps(sum(found, [])))
asyncio.run(scan())
`;

export type Scan = {
  address: string;
  /** A container with Python. */
  image: string;
  /** Where it looks from: this machine's own address, or another one of the network. */
  from: "host" | MachineNetwork;
  /** Looked at besides. */
  ports?: readonly number[];
};

/** The open ports of an address. */
export async function openPorts({ address, image, from, ports = [] }: Scan): Promise<number[]> {
  const network = from === "host" ? "host" : from.name;
  const run = ["run", "--rm", "--network", network, "--entrypoint", "python3", image, "-c", SCAN];
  return JSON.parse(await docker([...run, address, String(PORTS_MAX), ...ports.map(String)])) as number[];
}
