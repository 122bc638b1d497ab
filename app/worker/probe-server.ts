import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

export interface ProbeServerOptions {
  readonly port: number;
  readonly isReady: () => boolean;
  /** Undefined: no metrics. */
  readonly metrics: Registry | undefined;
}

/** The worker's only doors: probes and metrics, for the backend network. */
export async function startProbeServer(options: ProbeServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    if (path === "/health/live") return answer(200, { status: "live" });
    if (path === "/health/ready") {
      return options.isReady() ? answer(200, { status: "ready" }) : answer(503, { status: "draining" });
    }
    if (path === "/metrics" && options.metrics) {
      options.metrics.metrics().then(
        (text) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(text),
        () => answer(503, { status: "unknown" }),
      );
      return;
    }
    answer(404, { status: "unknown" });

    function answer(code: number, body: object) {
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, "0.0.0.0", resolve);
  });
  return server;
}
