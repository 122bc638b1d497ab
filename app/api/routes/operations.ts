import { Type } from "typebox";
import { Problem } from "../../core/problem.ts";
import { tokenCheck, unauthorized } from "../auth.ts";
import { isFromBackend } from "../backend-network.ts";
import { Health, Probe } from "../schemas/operations.ts";
import { problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";

const tags = ["operations"];
const probe = { open: true, probe: true };
const open: never[] = [];
const noStore = "no-store";

interface Where {
  /** Part of the OpenAPI document. */
  readonly documented: boolean;
}

export function healthRoutes(
  api: Api,
  { health, lifecycle, settings }: Services,
  { prefix, documented }: Where & { readonly prefix: string },
): void {
  const shown = { tags, security: open, hide: !documented };
  const health200 = { 200: ref(Health), 503: ref(Health) };
  api.get(
    `${prefix}/health`,
    {
      config: probe,
      schema: { operationId: "getHealth", ...shown, response: { ...health200, ...problemResponses } },
    },
    async (_request, reply) => {
      const { status, services } = await health.get();
      if (status === "down") reply.header("retry-after", "5");
      return reply
        .code(status === "down" ? 503 : 200)
        .header("cache-control", noStore)
        .send({
          status,
          version: settings.APP_VERSION,
          release: settings.APP_RELEASE,
          uptime: Math.round(process.uptime()),
          services,
        });
    },
  );
  const probed = { 200: ref(Probe), 503: ref(Probe), ...problemResponses };
  api.get(
    `${prefix}/health/live`,
    { config: probe, schema: { operationId: "getLive", ...shown, response: probed } },
    async (_request, reply) => reply.code(200).send({ status: "live" as const }),
  );
  api.get(
    `${prefix}/health/ready`,
    { config: probe, schema: { operationId: "getReady", ...shown, response: probed } },
    async (_request, reply) => {
      if (lifecycle.state === "serving") return reply.code(200).send({ status: "ready" as const });
      return reply
        .code(503)
        .header("retry-after", "5")
        .send({ status: "draining" as const });
    },
  );
}

export function metricsRoute(api: Api, { metrics, settings }: Services, { documented }: Where): void {
  const hasToken = tokenCheck(settings.API_TOKENS);
  api.get(
    "/metrics",
    {
      config: { ...probe, scrape: true },
      schema: {
        operationId: "getMetrics",
        tags,
        hide: !documented,
        security: [{ token: [] }, {}],
        description: "Prometheus text. Needs no token when asked directly from the backend network.",
        response: {
          200: { description: "Metrics", content: { "text/plain": { schema: Type.String() } } },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      if (!settings.METRICS_ENABLED) throw new Problem(404, "Metrics are switched off.");
      if (!isFromBackend(request) && !hasToken(request.headers.authorization)) throw unauthorized();
      const text = await metrics.registry.metrics();
      return reply.type(metrics.registry.contentType).serializer(String).send(text);
    },
  );
}

export function openapiRoute(api: Api): void {
  api.get(
    "/openapi.json",
    { config: { open: true }, schema: { operationId: "getOpenapi", tags, security: open, hide: true } },
    async (_request, reply) => reply.type("application/json").send(api.swagger()),
  );
}
