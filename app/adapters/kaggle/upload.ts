import type { Readable } from "node:stream";
import { reading } from "./client.ts";
import { KaggleError } from "./kaggle-error.ts";
import { waitBeforeRetry } from "./retry.ts";
import { callAgain, type RunContext } from "./run-context.ts";

/** Uploaded piece by piece so that no file has to fit in memory; a multiple of 256 KiB, as the protocol wants. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Uploads the job's dataset to a blob; returns the token that stands for it. */
export async function uploadBlob(run: RunContext, name: string): Promise<string> {
  const { bytes, open } = run.job.dataset;
  const { token, createUrl } = await callAgain<{ token: string; createUrl: string }>(
    run,
    "blobs.BlobApiService/StartBlobUpload",
    { type: "DATASET", name, contentLength: bytes, contentType: "application/octet-stream" },
  );
  if (!run.client.mayFollow(createUrl)) throw new KaggleError("PutBlob", "the upload link is not https");
  let start = 0;
  for await (const piece of pieces(await open())) {
    await putPiece(run, createUrl, piece, start, bytes);
    start += piece.length;
  }
  if (start !== bytes) throw new Error(`The dataset has ${start} bytes where ${bytes} were announced.`);
  return token;
}

/** One piece of a resumable upload: after trouble, asks how much arrived and sends only the rest. */
async function putPiece(run: RunContext, url: string, piece: Buffer, start: number, total: number) {
  const end = start + piece.length;
  let from = start;
  for (let tries = 1; ; tries += 1) {
    try {
      if (tries > 1) from = Math.max(start, await receivedBytes(run, url, total));
      if (from < end) await put(run, url, `bytes ${from}-${end - 1}/${total}`, piece.subarray(from - start));
      return;
    } catch (error) {
      await waitBeforeRetry(run, error, tries);
    }
  }
}

async function receivedBytes(run: RunContext, url: string, total: number): Promise<number> {
  const response = await put(run, url, `bytes */${total}`, Buffer.alloc(0));
  if (response.status !== 308) return total;
  return Number(/-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1] ?? -1) + 1;
}

/** The link is the permission: no authorization goes with it. */
async function put(run: RunContext, url: string, range: string, body: Buffer): Promise<Response> {
  const limit = AbortSignal.any([run.signal, AbortSignal.timeout(run.timings.pushTimeoutMs)]);
  const response = await reading("PutBlob", run.signal, () =>
    fetch(url, {
      method: "PUT",
      headers: { "content-range": range },
      body: new Uint8Array(body),
      redirect: "manual",
      signal: limit,
    }),
  );
  await response.body?.cancel();
  if (![200, 201, 308].includes(response.status))
    throw new KaggleError("PutBlob", "the storage refused the upload", { status: response.status });
  return response;
}

async function* pieces(stream: Readable): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    pending.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    const all = Buffer.concat(pending);
    const whole = bytes - (bytes % PIECE_BYTES);
    yield all.subarray(0, whole);
    pending = [all.subarray(whole)];
    bytes -= whole;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
