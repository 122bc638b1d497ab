import { api, dataOf } from "../api/client.ts";
import { ApiProblem } from "../api/problem.ts";
import { putFile } from "../api/upload.ts";
import { bytesText } from "../text/bytes.ts";
import { completeUpload } from "./complete-upload.ts";

/** Larger files go straight to the object store. The API's own limit is a setting, 10 MB unless changed. */
const DIRECT_BYTES_MAX = 10 * 1024 * 1024;

type Progress = (share: number) => void;

/** Sends a dataset's content, through the API or, when it is large, through an upload URL. Throws an ApiProblem. */
export async function sendContent(
  id: string,
  file: File,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<void> {
  if (file.size > DIRECT_BYTES_MAX) return sendLarge(id, file, onProgress, signal);
  try {
    await putFile({ url: `/api/v1/datasets/${id}/content`, file, sendToken: true, onProgress, signal });
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 413) throw error;
    await sendLarge(id, file, onProgress, signal);
  }
}

async function sendLarge(id: string, file: File, onProgress: Progress, signal: AbortSignal): Promise<void> {
  const target = { params: { path: { id } }, signal };
  const upload = await dataOf(api.POST("/api/v1/datasets/{id}/upload-url", target));
  if (file.size > upload.max_bytes) {
    throw new ApiProblem(
      413,
      "Too large",
      `A dataset may have ${bytesText(upload.max_bytes)}; this file has ${bytesText(file.size)}.`,
    );
  }
  await putFile({ url: upload.url, file, sendToken: false, onProgress, signal });
  await completeUpload(id, signal);
}
