import { readLog } from "../../adapters/postgres/job-log.ts";
import { unavailable } from "../../core/problem.ts";
import { followLog } from "../log-stream.ts";
import { LogPage, LogQuery } from "../schemas/job.ts";
import { IdParams, problemResponses, ref } from "../schemas/shared.ts";
import type { Api } from "../server.ts";
import type { Services } from "../services.ts";
import { noSuch } from "./lookups.ts";

/** Each holds a connection and looks into the database at every change. */
const STREAMS_MAX = 200;

export function jobLogRoute(api: Api, services: Services): void {
  const { jobs, pool, jobChanges, lifecycle } = services;
  api.get(
    "/jobs/:id/logs",
    {
      schema: {
        operationId: "readJobLog",
        tags: ["jobs"],
        description:
          "With `Accept: text/event-stream` follows live: events `log` (id = seq), `job` at each change, `end` " +
          "when the job is finished. Resumes after `Last-Event-ID`.",
        params: IdParams,
        querystring: LogQuery,
        response: {
          200: {
            description: "Entries after `after`",
            content: {
              "application/json": { schema: ref(LogPage) },
              "text/event-stream": { schema: { type: "string" } },
            },
          },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { after, limit } = request.query;
      const job = (await jobs.find(request.params.id)) ?? noSuch("job");
      if (!request.headers.accept?.includes("text/event-stream")) {
        const entries = await readLog(pool, job.id, after, limit);
        return reply.type("application/json").send({ entries, next_after: entries.at(-1)?.seq ?? after });
      }
      if (lifecycle.state !== "serving") throw unavailable("This replica is shutting down.", undefined, 1);
      if (jobChanges.followers >= STREAMS_MAX)
        throw unavailable("Too many followers; read the log page by page.");
      const resumeAfter = lastEventId(request.headers["last-event-id"]) ?? after;
      await followLog(services, request, reply, job, resumeAfter);
      return reply;
    },
  );
}

function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
