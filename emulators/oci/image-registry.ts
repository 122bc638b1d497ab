import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { pipeline } from "node:stream/promises";
import { docker, isThere } from "./docker-engine.ts";
import type { ServerCertificate } from "./registry-certificate.ts";
import { type RegistryTenant, registryRefusal } from "./registry-refusal.ts";

export interface ImageRegistryOptions {
  /** Name and labels of the container that keeps the images. */
  container: string;
  labels: readonly string[];
  /** The registry's program, as an image that this machine's engine has. */
  image: string;
  /** Where it listens, at port 443. */
  address: string;
  certificate: ServerCertificate;
  tenant: RegistryTenant;
}

const PORT = 443;

/**
 * The region's registry of container images: a real one, which keeps them in a volume, behind a door that speaks TLS and
 * knows the tenancy's user and repositories. Resolves with a way to stop the door; the images stay.
 */
export async function serveImageRegistry(options: ImageRegistryOptions): Promise<() => Promise<void>> {
  const { address, certificate, tenant } = options;
  const upstreamPort = await startContainer(options);
  const { certificate: cert, key } = certificate;
  const server = createServer({ cert, key, requestTimeout: 0 }, (incoming, response) => {
    forward(incoming, response, { tenant, upstreamPort }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(PORT, address, resolve);
  });
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

/** The port on the loopback address where the images are to be had without a question. */
async function startContainer({ container, labels, image }: ImageRegistryOptions): Promise<number> {
  if (await isThere("container", container)) await docker(["start", container]);
  else {
    const limits = ["--memory", "256m", "--log-opt", "max-size=1m"];
    const publish = ["--publish", "127.0.0.1::5000"];
    await docker(["run", "--detach", "--name", container, ...labels, ...limits, ...publish, image]);
  }
  return Number((await docker(["port", container, "5000/tcp"])).split(":").at(-1));
}

async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  { tenant, upstreamPort }: { tenant: RegistryTenant; upstreamPort: number },
): Promise<void> {
  const { url: path = "/", method, headers } = incoming;
  const refusal = registryRefusal({ path, authorization: headers.authorization }, tenant);
  if (refusal) {
    incoming.resume();
    response.writeHead(refusal.status, { "content-type": "application/json", ...refusal.headers });
    return void response.end(JSON.stringify(refusal.body));
  }
  const { authorization: _known, ...others } = headers;
  const upstream = request({
    ...{ host: "127.0.0.1", port: upstreamPort, method, path, agent: false },
    headers: { ...others, "x-forwarded-proto": "https" },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once("response", resolve).once("error", reject);
  });
  const [answer] = await Promise.all([answered, pipeline(incoming, upstream)]);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
