import { toPage } from "../../core/page.ts";
import { ModelPage, ModelSchema } from "../schemas/model.ts";
import { IdParams, PageQuery, problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { noSuch } from "./lookups.ts";

const tags = ["models"];

export function modelRoutes(api: Api, { models }: Services): void {
  api.get(
    "/models",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "listModels",
        tags,
        querystring: PageQuery,
        response: { 200: ref(ModelPage), ...problemResponses },
      },
    },
    async ({ query }) => toPage(await models.list(query.limit + 1, query.cursor), query.limit),
  );

  api.get(
    "/models/:id",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "getModel",
        tags,
        params: IdParams,
        response: { 200: ref(ModelSchema), ...problemResponses },
      },
    },
    async ({ params }) => (await models.find(params.id)) ?? noSuch("model"),
  );
}
