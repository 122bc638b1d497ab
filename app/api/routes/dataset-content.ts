import { Type } from "typebox";
import { newId } from "../../core/id.ts";
import { Problem } from "../../core/problem.ts";
import { receiveContent } from "../content.ts";
import { ContentAccepted, UploadUrl } from "../schemas/dataset.ts";
import { IdParams, problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { uploadCompletion } from "../upload-completion.ts";
import { noSuch } from "./lookups.ts";

const tags = ["datasets"];
const MEGABYTE = 1024 * 1024;
const UPLOAD_SECONDS = 15 * 60;
const config = { expensive: true };
const accepted = { 200: ref(ContentAccepted), ...problemResponses };

/** Content comes in raw, whatever its media type, and is streamed: memory does not grow with it. */
export function contentRoutes(api: Api, services: Services): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  putContent(api, services);
  uploadUrl(api, services);
  completeUpload(api, services);
}

function putContent(api: Api, services: Services): void {
  const bytesMax = services.settings.MAX_REQUEST_SIZE_MB * MEGABYTE;
  api.put(
    "/datasets/:id/content",
    {
      config: { ...config, streamed: true },
      schema: {
        operationId: "putDatasetContent",
        tags,
        description: "The file itself as the body, any media type but multipart/form-data.",
        body: Type.Unsafe<unknown>({ content: { "application/octet-stream": { schema: {} } } }),
        params: IdParams,
        response: accepted,
      },
    },
    async (request) => {
      if (request.headers["content-type"]?.startsWith("multipart/")) {
        throw new Problem(415, "Send the file itself as the body, not a form.");
      }
      const dataset = (await services.datasets.find(request.params.id)) ?? noSuch("dataset");
      return receiveContent(services, dataset, request.raw, bytesMax);
    },
  );
}

function uploadUrl(api: Api, { datasets, store, settings }: Services): void {
  api.post(
    "/datasets/:id/upload-url",
    {
      config,
      schema: {
        operationId: "createUploadUrl",
        tags,
        description: "For files over the request limit: PUT them to the URL, then call complete.",
        params: IdParams,
        response: { 200: ref(UploadUrl), ...problemResponses },
      },
    },
    async ({ params }) => {
      const key = `uploads/${params.id}/${newId()}`;
      if (!(await datasets.expectUpload(params.id, key))) noSuch("dataset");
      return {
        url: await store.presignPut(key, UPLOAD_SECONDS),
        method: "PUT" as const,
        expires_at: new Date(Date.now() + UPLOAD_SECONDS * 1_000).toISOString(),
        max_bytes: settings.MAX_DATASET_SIZE_MB * MEGABYTE,
      };
    },
  );
}

function completeUpload(api: Api, services: Services): void {
  const complete = uploadCompletion(services, services.settings.MAX_DATASET_SIZE_MB * MEGABYTE);
  api.post(
    "/datasets/:id/complete",
    {
      config,
      schema: {
        operationId: "completeUpload",
        tags,
        description:
          "Checks the uploaded file and puts it in place. A large one takes minutes: who got no answer asks again.",
        params: IdParams,
        response: accepted,
      },
    },
    ({ params }) => complete(params.id),
  );
}
