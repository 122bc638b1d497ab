import { createServer } from "node:net";

/** Whether nothing on this machine listens on a TCP port of any address. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free TCP port from `first` on. Throws after 100 taken ones. */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port between ${first} and ${first + 99}: end a program that listens there`);
}
