import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "./api-error.ts";
import type { Message } from "./api-messages.ts";

const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The request's body as a JSON object; `{}` when it is empty. */
export async function readMessage(request: IncomingMessage): Promise<Message> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new ApiError(413, "Request is too large");
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Message;
  } catch {
    throw new ApiError(400, "Request is not JSON");
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

/** Answers a failure the way Kaggle does. */
export function sendError(response: ServerResponse, error: unknown): void {
  const { status, message, retryAfterSeconds } =
    error instanceof ApiError ? error : new ApiError(500, `Internal error: ${error}`);
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { code: status, message }, headers);
}
