import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Edge {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where requests go by the start of their path; the first that fits. */
export type Upstreams = readonly (readonly [pathStart: string, url: string])[];

/** One address for page, API and object store, as the stack's edge gives; streams both ways, keeps the Host. */
export async function startEdge(upstreams: () => Upstreams): Promise<Edge> {
  const server = createServer((incoming, outgoing) => forward(upstreams(), incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function forward(upstreams: Upstreams, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const path = incoming.url ?? "/";
  const target = upstreams.find(([start]) => path.startsWith(start))?.[1] ?? "";
  const { method, headers } = incoming;
  const onward = request(new URL(path, target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => {
    if (!outgoing.headersSent) outgoing.writeHead(502, { "content-type": "text/html" });
    outgoing.end("<h1>Bad gateway</h1>");
  });
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}
