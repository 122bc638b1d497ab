import { createReadStream, createWriteStream, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Faults } from "./faults.ts";
import type { BlobRecord, StateStore } from "./state.ts";

/**
 * The storage behind the API, on its own host: resumable uploads by PUT and downloads by link, as Google Cloud
 * Storage does them. The link is the permission; no authorization belongs here.
 */
export async function serveStorage(
  store: StateStore,
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, kind = "", id = "", name = ""] = (request.url ?? "").split("/");
  if (request.method === "PUT" && kind === "upload")
    return await upload(store, faults, id, request, response);
  if (request.method === "GET" && kind === "output")
    return await download(store, faults, Number(id), decodeURIComponent(name), response);
  response.writeHead(404).end();
}

async function upload(
  store: StateStore,
  faults: Faults,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const blob = store.state.blobs[token];
  const fault = faults.take("PutBlob", false);
  if (fault?.kind === "drop") return void request.socket.destroy();
  if (fault?.kind === "status") return void response.writeHead(fault.status).end();
  if (!blob) return void response.writeHead(404).end();
  const range = /^bytes (\*|(\d+)-\d+)\/\d+$/.exec(request.headers["content-range"] ?? "");
  if (range?.[1] !== "*") {
    const start = Number(range?.[2] ?? 0);
    if (start > blob.receivedBytes) return void response.writeHead(400).end();
    await pipeline(
      request,
      createWriteStream(store.blobPath(token), { flags: start === 0 ? "w" : "r+", start }),
    );
    blob.receivedBytes = statSync(store.blobPath(token)).size;
  }
  blob.complete = blob.receivedBytes === blob.contentLength;
  store.save();
  if (fault?.kind === "lose-answer") return void request.socket.destroy();
  answerUpload(blob, response);
}

function answerUpload(blob: BlobRecord, response: ServerResponse): void {
  if (blob.complete) response.writeHead(200).end();
  else if (blob.receivedBytes > blob.contentLength) response.writeHead(400).end();
  else
    response
      .writeHead(308, blob.receivedBytes > 0 ? { range: `bytes=0-${blob.receivedBytes - 1}` } : {})
      .end();
}

async function download(
  store: StateStore,
  faults: Faults,
  sessionId: number,
  name: string,
  response: ServerResponse,
): Promise<void> {
  const fault = faults.take("GetOutputFile", false);
  if (fault?.kind === "status") return void response.writeHead(fault.status).end();
  const path = join(store.runDirectory(sessionId), "working", name);
  const stats = name.includes("/") ? undefined : statSync(path, { throwIfNoEntry: false });
  if (!stats) return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": stats.size });
  if (fault?.kind !== "cut") return await pipeline(createReadStream(path), response);
  response.write(Buffer.alloc(Math.max(1, Math.floor(stats.size / 2))), () => response.destroy());
}
