import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { pathOf } from "./errors.ts";
import { isProbe, routeConfig } from "./route-config.ts";
import type { Api } from "./server.ts";
import type { Services } from "./services.ts";

const USER_AGENT_MAX = 200;

/** One log line and one observation for each answered request. Headers and queries are never logged: they hold secrets. */
export function recordRequests(app: Api, { logger, metrics }: Services): void {
  app.addHook("onResponse", (request, reply, done) => {
    const durationMs = reply.elapsedTime;
    const pattern = request.is404 ? "unmatched" : (routeConfig(request).url ?? "unmatched");
    // How long a stream was followed is the follower's choice and says nothing of how fast we are.
    const isStream = String(reply.getHeader("content-type")).startsWith("text/event-stream");
    metrics.observe(request.method, pattern, reply.statusCode, isStream ? undefined : durationMs / 1_000);
    logRequest(logger, request, reply, durationMs);
    done();
  });
}

function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply, durationMs: number): void {
  const level = isProbe(request) ? "debug" : "info";
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      request_id: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      duration_ms: Math.round(durationMs * 100) / 100,
      user_agent: request.headers["user-agent"]?.slice(0, USER_AGENT_MAX) ?? "",
      remote_addr: request.ip,
    },
    "request",
  );
}
