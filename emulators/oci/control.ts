import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { OciEmulator } from "./emulator.ts";
import type { Fault } from "./faults.ts";

const BODY_BYTES_MAX = 1024 * 1024;

/**
 * For tests and people in another process: `POST /faults` adds one {@link Fault}, `DELETE /faults` forgets all;
 * `GET /calls` and `GET /state` show what came in and what is there, `GET /account` who may use the tenancy;
 * `POST /instances/<name>/<kill|start|stop|reboot|terminate|lose-address>` does to a machine what nobody asked for.
 */
export async function serveControl(
  emulator: Omit<OciEmulator, "controlUrl" | "stop">,
  port: number,
  host: string,
) {
  const server = createServer((request, response) => {
    answer(emulator, request, response).catch((error: unknown) => {
      sendJson(response, 400, { message: (error as Error).message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, stop };
}

async function answer(
  emulator: Omit<OciEmulator, "controlUrl" | "stop">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = `${request.method} ${request.url}`;
  const machine = /^POST \/instances\/([^/]+)\/(kill|start|stop|reboot|terminate|lose-address)$/.exec(route);
  if (route === "GET /calls") return sendJson(response, 200, emulator.calls);
  if (route === "GET /state") return sendJson(response, 200, emulator.state);
  if (route === "GET /account") return sendJson(response, 200, emulator.account);
  if (route === "POST /faults") emulator.fault(JSON.parse(await readBody(request)) as Fault);
  else if (route === "DELETE /faults") emulator.clearFaults();
  else if (machine)
    await emulator.disturb(
      decodeURIComponent(machine[1] ?? ""),
      machine[2] as Parameters<OciEmulator["disturb"]>[1],
    );
  else return sendJson(response, 404, { message: `Not found: ${route}` });
  response.writeHead(204).end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("The request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}
