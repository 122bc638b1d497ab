import type { HTTPMethods } from "fastify";
import { Problem } from "../core/problem.ts";
import type { Api } from "./server.ts";

const METHODS: readonly HTTPMethods[] = ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "QUERY"];

/** A known address with another method is a 405 that says which ones there are. */
export function refuseUnknownMethods(app: Api): void {
  if (!app.supportedMethods.includes("QUERY")) app.addHttpMethod("QUERY", { hasBody: true });
  // A copy: the routes registered here are collected too.
  const documented = [...app.knownMethods].map(([url, known]): [string, string[]] => [url, [...known]]);
  for (const [url, known] of documented) {
    const others = METHODS.filter((method) => !known.includes(method));
    app.route({
      method: others,
      url,
      schema: { hide: true },
      // Before the body is looked at: what is wrong with it does not matter.
      onRequest: async () => {
        throw new Problem(405, "This address does not know the method.", {
          headers: { allow: known.join(", ") },
        });
      },
      handler: () => {},
    });
  }
}

/** Collects the methods of each address, from now on. */
export function collectMethods(app: Api): void {
  const known = new Map<string, Set<string>>();
  app.decorate("knownMethods", known);
  app.addHook("onRoute", ({ url, method }) => {
    const methods = known.get(url) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
}

declare module "fastify" {
  interface FastifyInstance {
    knownMethods: ReadonlyMap<string, ReadonlySet<string>>;
  }
}
