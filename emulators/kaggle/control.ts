import type { IncomingMessage, ServerResponse } from "node:http";
import type { RecordedCall } from "./api.ts";
import { ApiError } from "./api-error.ts";
import type { Fault, Faults } from "./faults.ts";
import { readMessage, sendJson } from "./http-json.ts";
import type { StateStore } from "./state.ts";

/**
 * For tests in another process: `POST /_control/faults` adds one {@link Fault}, `DELETE` forgets all;
 * `GET /_control/calls` and `GET /_control/state` show what came in and what is known.
 */
export async function serveControl(
  parts: { faults: Faults; calls: RecordedCall[]; store: StateStore },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const route = `${request.method} ${request.url}`;
  if (route === "POST /_control/faults") parts.faults.add((await readMessage(request)) as unknown as Fault);
  else if (route === "DELETE /_control/faults") parts.faults.clear();
  else if (route === "GET /_control/calls") return sendJson(response, 200, parts.calls);
  else if (route === "GET /_control/state") return sendJson(response, 200, parts.store.state);
  else throw new ApiError(404, `Not found: ${route}`);
  response.writeHead(204).end();
}
