import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A door to an object store that can be shut. */
export interface StoreDoor {
  /** `host:port`, plain HTTP. */
  readonly endpoint: string;
  /** While given, every request is answered with it. */
  status: number | undefined;
  close(): void;
}

export async function openStoreDoor(store: string): Promise<StoreDoor> {
  const [host, port] = store.split(":");
  const server = createServer((asked, answer) => {
    if (door.status !== undefined) return void answer.writeHead(door.status).end();
    const { method, headers, url: path } = asked;
    const passed = request({ host, port, method, headers, path }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const door: StoreDoor = {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    status: undefined,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return door;
}
