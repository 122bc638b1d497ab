import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { StoredDataset } from "../adapters/postgres/datasets.ts";
import { ContentBrokeOff, ContentCheck, ContentTooLarge } from "../core/content.ts";
import { DatasetError } from "../core/dataset-error.ts";
import { newId } from "../core/id.ts";
import { Problem } from "../core/problem.ts";
import type { Services } from "./services.ts";

type ContentServices = Pick<Services, "datasets" | "store" | "logger">;

export interface AcceptedContent {
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  readonly status: "ready";
}

/** Takes a request's body as the dataset's content. */
export async function receiveContent(
  services: ContentServices,
  dataset: StoredDataset,
  request: IncomingMessage,
  bytesMax: number,
): Promise<AcceptedContent> {
  const tooLarge = () => new Problem(413, `The content is larger than ${bytesMax} bytes; use an upload URL.`);
  const announced = request.headers["content-length"];
  try {
    if (announced === undefined) {
      const body = await collect(request, bytesMax);
      return await storeContent(services, dataset, Readable.from([body], { objectMode: false }), body.length);
    }
    if (Number(announced) > bytesMax) throw tooLarge();
    return await storeContent(services, dataset, request, Number(announced));
  } catch (error) {
    // The rest of a refused body is read and dropped, so that the answer arrives.
    request.resume();
    if (error instanceof ContentTooLarge) throw tooLarge();
    // Nobody reads this answer; but it is no fault of ours, whatever the stream says it died of.
    if (request.destroyed && !request.complete) throw new Problem(400, "The content broke off.");
    throw error;
  }
}

/**
 * Checks and stores the content in one pass, then puts it in place; a fault leaves nothing behind. Content of the
 * upload `uploadKey` is put in place once.
 */
export async function storeContent(
  { datasets, store, logger }: ContentServices,
  dataset: StoredDataset,
  content: Readable,
  bytes: number,
  uploadKey?: string,
): Promise<AcceptedContent> {
  const key = `datasets/${dataset.id}/${newId()}`;
  const forget = (objectKey: string) =>
    store.delete(objectKey).catch((err) => logger.warn({ err, key: objectKey }, "left for the sweep"));
  const check = new ContentCheck(dataset.format, bytes);
  try {
    await storeChecked(store, key, content, check, bytes);
  } catch (error) {
    await forget(key);
    throw error;
  }
  // Where the answer to this is lost, the content may be in place: the sweep knows.
  const outcome = await datasets.accept(dataset.id, key, check.facts, uploadKey);
  if (outcome.outcome !== "accepted") await forget(key);
  if (outcome.outcome === "missing") throw new Problem(404, "There is no such dataset.");
  if (outcome.outcome === "not-expected") throw new Problem(409, "The dataset expects this upload no more.");
  if (outcome.outcome === "in-use") throw new Problem(409, "A job that is not finished uses this dataset.");
  if (outcome.replacedKey) await forget(outcome.replacedKey);
  return { ...check.facts, status: "ready" };
}

/** The first error of the pipe is the cause; what the object store says of a broken stream only follows from it. */
async function storeChecked(
  store: Services["store"],
  key: string,
  content: Readable,
  check: ContentCheck,
  bytes: number,
): Promise<void> {
  if (bytes === 0) throw new DatasetError(1, "the content holds no row");
  let cause: Error | undefined;
  check.once("error", (error) => {
    cause = error;
  });
  // Not `pipeline`: it would destroy the request, and with it the connection that the refusal has to travel on.
  content.pipe(check);
  content.once("error", (error) => check.destroy(new ContentBrokeOff(error)));
  content.once("close", () => {
    if (!content.readableEnded) check.destroy(new ContentBrokeOff());
  });
  try {
    await store.put(key, check, bytes, "application/octet-stream");
  } catch (error) {
    throw cause ?? error;
  } finally {
    content.unpipe(check);
    check.destroy();
  }
}

/** A body of unknown length, bounded. */
async function collect(request: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // One that is too large is answered, which needs the connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ContentTooLarge(`more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
