import { headOf, type Model, refused, tokenHeader } from "../api/client.ts";
import { piecesOf } from "../api/pieces.ts";
import { ApiProblem, noAnswer, readProblem } from "../api/problem.ts";

type Progress = (share: number) => void;

/** Reads a model's file, telling how far it is, and checks it against its SHA-256. Throws an ApiProblem. */
export async function fetchModel(
  model: Model,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/api/v1/models/${model.id}/download`, { headers: tokenHeader(), signal });
  if (!response.ok || !response.body) {
    throw refused(readProblem(headOf(response), await response.json().catch(() => undefined)));
  }
  const file = await readAll(response.body, model.bytes, onProgress);
  const sha256 = await sha256Hex(file);
  if (sha256 !== undefined && sha256 !== model.sha256) {
    throw new ApiProblem(0, "Damaged file", "The file does not match its SHA-256. Download it again.");
  }
  return file;
}

async function readAll(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytes: number,
  onProgress: Progress,
): Promise<Uint8Array<ArrayBuffer>> {
  const file = new Uint8Array(bytes);
  let at = 0;
  for await (const piece of piecesOf(body)) {
    if (at + piece.length > bytes)
      throw new ApiProblem(0, "Damaged file", "The file is longer than announced.");
    file.set(piece, at);
    at += piece.length;
    onProgress(bytes === 0 ? 1 : at / bytes);
  }
  if (at < bytes) throw noAnswer();
  return file;
}

/** Undefined where the browser offers no hashing: on plain http elsewhere than this machine. */
async function sha256Hex(file: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  if (!globalThis.isSecureContext) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Hands a file to the browser's downloads. */
export function saveFile(name: string, contentType: string, file: Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([file], { type: contentType }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
