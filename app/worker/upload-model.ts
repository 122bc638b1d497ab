import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, FinishedModel } from "../adapters/postgres/queue.ts";
import type { TrainedModel } from "../core/executor.ts";
import { newId } from "../core/id.ts";
import { runKey } from "./object-keys.ts";
import { untilThere } from "./persist.ts";

/** Uploads the model's file; nobody sees it before the job ends. */
export async function uploadModel(
  store: ObjectStore,
  claim: Claim,
  trained: TrainedModel,
  signal: AbortSignal,
): Promise<FinishedModel> {
  const objectKey = runKey("models", claim);
  const { name, contentType, content } = trained;
  const metrics = Object.fromEntries(
    Object.entries(trained.metrics).filter(([, value]) => Number.isFinite(value)),
  );
  const file = { name, contentType, metrics, id: newId(), objectKey };
  if (Buffer.isBuffer(content)) {
    await untilThere(signal, () => store.put(objectKey, content, content.length, contentType, signal));
    return { ...file, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  }
  return { ...file, ...(await uploadStream(store, objectKey, content, contentType, signal)) };
}

/** The store needs the size first, so a stream goes through a temporary file. */
async function uploadStream(
  store: ObjectStore,
  key: string,
  content: Readable,
  contentType: string,
  signal: AbortSignal,
) {
  const folder = await mkdtemp(join(tmpdir(), "model-"));
  const path = join(folder, "content");
  const hash = createHash("sha256");
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(content, measure, createWriteStream(path), { signal });
    await untilThere(signal, () => store.put(key, createReadStream(path), bytes, contentType, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { bytes, sha256: hash.digest("hex") };
}
