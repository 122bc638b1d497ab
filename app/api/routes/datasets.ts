import { Type } from "typebox";
import { toPage } from "../../core/page.ts";
import { Problem } from "../../core/problem.ts";
import { DatasetPage, DatasetSchema, DatasetsQuery, NewDataset } from "../schemas/dataset.ts";
import { IdParams, problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { noSuch } from "./lookups.ts";

const tags = ["datasets"];

export function datasetRoutes(api: Api, services: Services): void {
  createDataset(api, services);
  readDatasets(api, services);
  deleteDataset(api, services);
}

function createDataset(api: Api, { datasets }: Services): void {
  api.post(
    "/datasets",
    {
      schema: {
        operationId: "createDataset",
        tags,
        body: ref(NewDataset),
        response: { 201: ref(DatasetSchema), ...problemResponses },
      },
    },
    async (request, reply) => {
      const { name, description, format } = request.body;
      const dataset = await datasets.create(name, description ?? null, format);
      if (!dataset) throw new Problem(409, `There is already a dataset named ${JSON.stringify(name)}.`);
      return reply.code(201).header("location", `${request.url}/${dataset.id}`).send(dataset);
    },
  );
}

function readDatasets(api: Api, { datasets }: Services): void {
  api.get(
    "/datasets",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "listDatasets",
        tags,
        querystring: DatasetsQuery,
        response: { 200: ref(DatasetPage), ...problemResponses },
      },
    },
    async ({ query }) =>
      toPage(await datasets.list(query.limit + 1, query.cursor, query.ids?.split(",")), query.limit),
  );

  api.get(
    "/datasets/:id",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "getDataset",
        tags,
        params: IdParams,
        response: { 200: ref(DatasetSchema), ...problemResponses },
      },
    },
    async ({ params }) => (await datasets.find(params.id)) ?? noSuch("dataset"),
  );
}

function deleteDataset(api: Api, { datasets, store, logger }: Services): void {
  api.delete(
    "/datasets/:id",
    {
      schema: {
        operationId: "deleteDataset",
        tags,
        params: IdParams,
        response: { 204: Type.Null({ description: "Gone" }), ...problemResponses },
      },
    },
    async ({ params }, reply) => {
      const removed = await datasets.remove(params.id);
      if (removed.outcome === "missing") return noSuch("dataset");
      if (removed.outcome === "in-use")
        throw new Problem(409, "A job that is not finished uses this dataset.");
      // What cannot be deleted now is an orphan that the sweep removes later.
      await Promise.all(removed.keys.map((key) => store.delete(key))).catch((err) =>
        logger.warn({ err }, "orphan"),
      );
      return reply.code(204).send(null);
    },
  );
}
