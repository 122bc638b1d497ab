import type { FastifyRequest } from "fastify";
import type { Api } from "./server.ts";

type RouteConfig = FastifyRequest["routeOptions"]["config"];

/** Lets `routeConfig` keep what it found with the request. */
export function rememberRouteConfig(app: Api): void {
  app.decorateRequest("foundRouteConfig", null);
}

/** What its route says of a request. Fastify puts the route's options together anew at each look, of which we have ten. */
export function routeConfig(request: FastifyRequest): RouteConfig {
  request.foundRouteConfig ??= request.routeOptions.config;
  return request.foundRouteConfig;
}

/** Probes are answered, uncounted, whatever state the process is in. */
export function isProbe(request: FastifyRequest): boolean {
  return routeConfig(request).probe === true;
}

declare module "fastify" {
  interface FastifyRequest {
    foundRouteConfig: RouteConfig | null;
  }
  interface FastifyContextConfig {
    /** Needs no token. */
    open?: boolean;
    /** A health probe: not counted, answered even under pressure. */
    probe?: boolean;
    /** A probe of figures: asked from outside it is counted like anything else. */
    scrape?: boolean;
    /** Marked E in the contract: has a limit of its own. */
    expensive?: boolean;
    /** Changes nothing and answers in one piece: may be answered while it is counted. */
    readsOnly?: boolean;
    /** Its body is passed on as it comes, not held in memory. */
    streamed?: boolean;
  }
}
