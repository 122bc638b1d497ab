import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { StoredModel } from "../../adapters/postgres/models.ts";
import { Problem } from "../../core/problem.ts";
import { attachment, type ByteRange, matchesEtag, parseRange } from "../../core/range.ts";
import { IdParams, problemResponses } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { noSuch } from "./lookups.ts";

const binary = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };

/** Streams a model's file from the object store. */
export function downloadRoute(api: Api, { models, store }: Services): void {
  api.get(
    "/models/:id/download",
    {
      config: { expensive: true },
      compress: false,
      schema: {
        operationId: "downloadModel",
        tags: ["models"],
        params: IdParams,
        response: {
          200: { description: "The file", content: binary },
          206: { description: "The asked range", content: binary },
          304: Type.Null({ description: "The caller has it" }),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const model = (await models.find(request.params.id)) ?? noSuch("model");
      const etag = `"${model.sha256}"`;
      reply
        .header("etag", etag)
        .header("accept-ranges", "bytes")
        .header("cache-control", "private, no-cache");
      if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send(null);
      const ifRange = request.headers["if-range"];
      const wanted = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
      const range = describeFile(reply, model, parseRange(wanted, model.bytes));
      return reply
        .serializer(String)
        .send(request.method === "HEAD" ? null : await store.get(model.object_key, { range }));
    },
  );
}

function describeFile(
  reply: FastifyReply,
  model: StoredModel,
  range: ByteRange | "unsatisfiable" | undefined,
): ByteRange | undefined {
  if (range === "unsatisfiable") {
    throw new Problem(416, `The file has ${model.bytes} bytes.`, {
      headers: { "content-range": `bytes */${model.bytes}` },
    });
  }
  reply.type(model.content_type).header("content-disposition", attachment(model.name));
  if (!range) {
    reply.code(200).header("content-length", model.bytes);
    return undefined;
  }
  reply
    .code(206)
    .header("content-range", `bytes ${range.first}-${range.last}/${model.bytes}`)
    .header("content-length", range.last - range.first + 1);
  return range;
}
