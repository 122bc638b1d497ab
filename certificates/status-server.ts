import { createServer, type Server } from "node:http";

export type Status = { metrics(): string; isHealthy(): boolean };

/** Answers `/metrics` and `/healthz` for as long as the process lives. */
export function serveStatus(port: number, { metrics, isHealthy }: Status): Server {
  const answers: Readonly<Record<string, () => [number, string]>> = {
    "/metrics": () => [200, metrics()],
    "/healthz": () => (isHealthy() ? [200, "ok\n"] : [503, "no turn has ended for long\n"]),
  };
  const server = createServer(({ url }, response) => {
    const [status, body] = answers[url ?? ""]?.() ?? [404, "not found\n"];
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4" });
    response.end(body);
  });
  return server.listen(port);
}
