import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/**
 * A proxy for HTTPS on the operator's machine, as a company has one: by it, and by nothing else of that machine, one
 * name leads into the emulated internet. All other names lead where they always do.
 */
export async function serveOperatorProxy(to: { host: string; address: string }) {
  const server = createServer((_request, response) => response.writeHead(405).end());
  const open = new Set<Duplex>();
  server.on("connect", ({ url = "" }, client, head) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    const { hostname, port } = new URL(`https://${url}`);
    const target = connect(Number(port || 443), hostname === to.host ? to.address : hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on("error", () => client.destroy());
    client.on("error", () => target.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const stop = async () => {
    for (const client of open) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
