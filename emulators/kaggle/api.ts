import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, authenticate, introspectToken } from "./accounts.ts";
import { ApiError } from "./api-error.ts";
import { type Message, REQUEST_FIELDS } from "./api-messages.ts";
import { startBlobUpload } from "./blobs.ts";
import type { Datasets } from "./datasets.ts";
import type { Fault, Faults } from "./faults.ts";
import { readMessage, sendJson } from "./http-json.ts";
import type { Kernels } from "./kernels.ts";
import { streamLog } from "./log-stream.ts";
import type { Sessions } from "./sessions.ts";
import type { StateStore } from "./state.ts";

/** One call of the API, as it came in. Of the authorization only the scheme is kept. */
export interface RecordedCall {
  method: string;
  path: string;
  authorization: string;
  body: Message;
  /** Milliseconds of the monotonic clock. */
  at: number;
}

export interface ApiParts {
  accounts: readonly Account[];
  store: StateStore;
  datasets: Datasets;
  kernels: Kernels;
  sessions: Sessions;
  faults: Faults;
  storageUrl: string;
  calls: RecordedCall[];
}

type Method = (owner: string, body: Message) => unknown;

/** The API's methods by `<service>/<method>`. */
function methodsOf({ store, datasets, kernels, storageUrl }: ApiParts): Record<string, Method> {
  const kernelMethods: Record<string, Method> = {
    SaveKernel: (owner, body) => kernels.save(owner, body),
    GetKernel: (owner, body) => kernels.get(owner, body),
    GetKernelSessionStatus: (owner, body) => kernels.status(owner, body),
    ListKernelSessionOutput: (owner, body) => kernels.output(owner, body),
    GetAcceleratorQuotaStatistics: () => kernels.quota(),
    CancelKernelSession: (owner, body) => kernels.cancel(owner, body),
    DeleteKernel: (owner, body) => kernels.delete(owner, body),
  };
  const datasetMethods: Record<string, Method> = {
    CreateDataset: (owner, body) => datasets.create(owner, body),
    CreateDatasetVersion: (owner, body) => datasets.createVersion(owner, body),
    GetDataset: (owner, body) => datasets.get(owner, body),
    GetDatasetStatus: (owner, body) => datasets.status(owner, body),
  };
  return {
    ...prefixed("kernels.KernelsApiService", kernelMethods),
    ...prefixed("datasets.DatasetApiService", datasetMethods),
    "blobs.BlobApiService/StartBlobUpload": (owner, body) => startBlobUpload(store, storageUrl, owner, body),
  };
}

/** Serves `/v1/<service>/<method>` (and `/api/v1/…`, where the public client looks on other hosts than Kaggle's). */
export function apiHandler(parts: ApiParts) {
  const methods = methodsOf(parts);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "", "http://emulator").pathname.replace(/^\/api\//, "/");
    const method = path.startsWith("/v1/kernels/logs/stream/")
      ? "StreamLogs"
      : (path.split("/").at(-1) ?? "");
    const body = request.method === "POST" ? await readMessage(request) : {};
    const authorization = (request.headers.authorization ?? "none").split(" ")[0] ?? "none";
    parts.calls.push({ method, path, authorization, body, at: performance.now() });
    const fault = parts.faults.take(method);
    if (await spoiled(fault, request, response)) return;
    if (path === "/v1/security.OAuthService/IntrospectToken")
      return sendJson(response, 200, introspectToken(parts.accounts, body));
    const { username } = authenticate(parts.accounts, request.headers.authorization);
    if (method === "StreamLogs") {
      const [userName = "", kernelSlug = ""] = path.split("/").slice(-2);
      const session = parts.kernels.session(username, { userName, kernelSlug });
      return await streamLog(parts.sessions, session, response, fault?.kind === "cut" ? fault : undefined);
    }
    const answer = call(methods, path, username, body);
    if (fault?.kind === "lose-answer") request.socket.destroy();
    else sendJson(response, 200, answer);
  };
}

function call(methods: Record<string, Method>, path: string, owner: string, body: Message): unknown {
  const name = path.replace("/v1/", "");
  const method = methods[name];
  if (!method) throw new ApiError(404, `Not found: ${name}`);
  const unknown = Object.keys(body).find((field) => !REQUEST_FIELDS[name]?.includes(field));
  if (unknown) throw new ApiError(400, `Unknown field "${unknown}" in ${name}`);
  return method(owner, body);
}

/** Plays a fault that comes before the work is done; true when the call is over with it. */
async function spoiled(fault: Fault | undefined, request: IncomingMessage, response: ServerResponse) {
  if (fault?.kind === "delay") await sleep(fault.delayMs);
  if (fault?.kind === "status")
    throw new ApiError(fault.status, fault.message ?? "Internal error", fault.retryAfterSeconds);
  if (fault?.kind === "drop") request.socket.destroy();
  if (fault?.kind === "answer") sendJson(response, 200, fault.body);
  return fault?.kind === "drop" || fault?.kind === "answer";
}

function prefixed(service: string, methods: Record<string, Method>): Record<string, Method> {
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [`${service}/${name}`, method]));
}
