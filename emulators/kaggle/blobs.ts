import { randomUUID } from "node:crypto";
import { ApiError } from "./api-error.ts";
import type { Message } from "./api-messages.ts";
import type { StateStore } from "./state.ts";

/** `blobs.BlobApiService/StartBlobUpload`: a token for later, and where to PUT the bytes (no authorization there). */
export function startBlobUpload(store: StateStore, storageUrl: string, owner: string, body: Message) {
  if (body.type !== "DATASET") throw new ApiError(400, "Unsupported blob type");
  const { name, contentLength } = body;
  if (typeof name !== "string" || name === "" || name.includes("/"))
    throw new ApiError(400, "Invalid blob name");
  if (typeof contentLength !== "number" || contentLength < 1)
    throw new ApiError(400, "Invalid content length");
  const token = randomUUID();
  store.state.blobs[token] = { owner, name, contentLength, receivedBytes: 0, complete: false };
  store.save();
  return { token, createUrl: `${storageUrl}/upload/${token}` };
}
