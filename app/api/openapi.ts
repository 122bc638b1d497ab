import swagger from "@fastify/swagger";
import { COMPONENTS } from "./schemas/components.ts";
import type { Api } from "./server.ts";

export const BASE_PATH = "/api/v1";

/** Writes the OpenAPI document from the schemas of all routes registered after this. */
export async function documentRoutes(app: Api, version: string): Promise<void> {
  for (const schema of COMPONENTS) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Slipway",
        version,
        description: "Fine-tuning jobs: datasets in, models out. Errors are RFC 9457 problem documents.",
      },
      servers: [{ url: "/" }],
      components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
      security: [{ token: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) => String(json.$id ?? `schema-${i}`),
    },
  });
}
