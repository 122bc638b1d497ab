import { createHash } from "node:crypto";
import { Type } from "typebox";
import { isTerminal } from "../../core/job.ts";
import { toPage } from "../../core/page.ts";
import { completeParameters } from "../../core/parameters.ts";
import { Problem } from "../../core/problem.ts";
import { IdempotencyHeaders, JobPage, JobSchema, JobsQuery, NewJob } from "../schemas/job.ts";
import { IdParams, problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { noSuch } from "./lookups.ts";

const tags = ["jobs"];

export function jobRoutes(api: Api, services: Services): void {
  createJob(api, services);
  readJobs(api, services);
  cancelJob(api, services);
  deleteJob(api, services);
}

function createJob(api: Api, { jobs, executors }: Services): void {
  api.post(
    "/jobs",
    {
      config: { expensive: true },
      schema: {
        operationId: "createJob",
        tags,
        headers: IdempotencyHeaders,
        body: ref(NewJob),
        response: { 202: ref(JobSchema), ...problemResponses },
      },
    },
    async (request, reply) => {
      const { dataset_id, base_model, executor = "local", parameters } = request.body;
      if (!executors.includes(executor))
        throw invalid("body/executor", `the executor ${executor} is not set up here`);
      const wanted = {
        datasetId: dataset_id,
        baseModel: base_model,
        executor,
        parameters: completeParameters(parameters ?? {}),
      };
      const key = request.headers["idempotency-key"];
      const idempotency = key === undefined ? {} : { idempotency: { key, bodyHash: hashOf(wanted) } };
      const created = await jobs.create({ ...wanted, ...idempotency });
      if (created.outcome === "no-dataset") throw invalid("body/dataset_id", "there is no such dataset");
      if (created.outcome === "dataset-empty")
        throw invalid("body/dataset_id", "the dataset has no content yet");
      if (created.outcome === "key-used-otherwise") {
        throw new Problem(409, "This Idempotency-Key was used with another body.");
      }
      return reply.code(202).header("location", `${request.url}/${created.job.id}`).send(created.job);
    },
  );
}

function readJobs(api: Api, { jobs }: Services): void {
  api.get(
    "/jobs",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "listJobs",
        tags,
        querystring: JobsQuery,
        response: { 200: ref(JobPage), ...problemResponses },
      },
    },
    async ({ query }) => {
      const filter = { status: query.status, datasetId: query.dataset_id };
      return toPage(await jobs.list(query.limit + 1, filter, query.cursor), query.limit);
    },
  );

  api.get(
    "/jobs/:id",
    {
      config: { readsOnly: true },
      schema: {
        operationId: "getJob",
        tags,
        params: IdParams,
        response: { 200: ref(JobSchema), ...problemResponses },
      },
    },
    async ({ params }) => (await jobs.find(params.id)) ?? noSuch("job"),
  );
}

function cancelJob(api: Api, { jobs }: Services): void {
  api.post(
    "/jobs/:id/cancel",
    {
      schema: {
        operationId: "cancelJob",
        tags,
        params: IdParams,
        response: { 202: ref(JobSchema), ...problemResponses },
      },
    },
    async ({ params }, reply) => {
      const job = (await jobs.cancel(params.id)) ?? noSuch("job");
      if (isTerminal(job.status) && job.status !== "canceled") {
        throw new Problem(409, `The job has already ${job.status}.`);
      }
      return reply.code(202).send(job);
    },
  );
}

function deleteJob(api: Api, { jobs, store, logger }: Services): void {
  api.delete(
    "/jobs/:id",
    {
      schema: {
        operationId: "deleteJob",
        tags,
        params: IdParams,
        response: {
          204: Type.Null({ description: "Gone, with its log and its model" }),
          ...problemResponses,
        },
      },
    },
    async ({ params }, reply) => {
      const removed = await jobs.remove(params.id);
      if (removed.outcome === "missing") return noSuch("job");
      if (removed.outcome === "unfinished")
        throw new Problem(409, "The job is not finished: cancel it first.");
      if (removed.outcome === "left-running")
        throw new Problem(
          409,
          "Its kernel on Kaggle may still run and is being stopped: try again in a few minutes.",
        );
      // What cannot be deleted now is an orphan that the sweep removes later.
      await Promise.all(removed.keys.map((key) => store.delete(key))).catch((err) =>
        logger.warn({ err }, "orphan"),
      );
      return reply.code(204).send(null);
    },
  );
}

function invalid(path: string, message: string): Problem {
  return new Problem(422, `The job cannot run: ${message}.`, { errors: [{ path, message }] });
}

/** Of the job as understood, so that spelling out a default makes no difference. */
function hashOf(wanted: object): string {
  return createHash("sha256").update(JSON.stringify(wanted)).digest("hex");
}
