import { refused, tokenHeader } from "./client.ts";
import { noAnswer, readProblem } from "./problem.ts";

export interface Upload {
  readonly url: string;
  readonly file: Blob;
  /** False for a presigned URL, which must not see the token. */
  readonly sendToken: boolean;
  /** Share of the bytes that left, 0–1. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Puts a file, telling how far it is: `fetch` cannot, XMLHttpRequest can. Throws an ApiProblem or the abort. */
export function putFile({ url, file, sendToken, onProgress, signal }: Upload): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    if (sendToken) {
      for (const [name, value] of Object.entries(tokenHeader())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      reject(refused(readProblem(headOf(request), parseJson(request.responseText))));
    };
    request.onerror = () => reject(noAnswer());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

function headOf(request: XMLHttpRequest) {
  return { status: request.status, header: (name: string) => request.getResponseHeader(name) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
