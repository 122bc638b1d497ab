import { api, dataOf } from "../api/client.ts";
import { afterPause, sleep } from "../api/pause.ts";
import { ApiProblem, isUndecided } from "../api/problem.ts";

const PAUSE_MS = 2_000;
/** Well over what the largest file takes: each try may last as long as the way to the API lets it. */
const TRIES_MAX = 30;

/** The file is uploaded, and nobody could say yet what is thought of it. */
export const STILL_CHECKING = new ApiProblem(
  503,
  "Not finished yet",
  "The file is sent, but it is still being checked, or the service is away. The dataset is kept: look at it again in a few minutes.",
);

/** Has the uploaded file checked and put in place; asks again, which is safe, until somebody says how it ended. */
export async function completeUpload(id: string, signal: AbortSignal): Promise<void> {
  const target = { params: { path: { id } }, signal };
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    await afterPause(signal);
    try {
      await dataOf(api.POST("/api/v1/datasets/{id}/complete", target));
      return;
    } catch (error) {
      if (!isUndecided(error)) throw error;
      if ((await statusOf(id, signal)) === "ready") return;
      await sleep(Math.max(PAUSE_MS, (error.retryAfterSeconds ?? 0) * 1_000), signal);
    }
  }
  throw STILL_CHECKING;
}

/** What a dataset is now; undefined when the API does not say. */
export async function statusOf(id: string, signal: AbortSignal): Promise<"empty" | "ready" | undefined> {
  try {
    const { status } = await dataOf(api.GET("/api/v1/datasets/{id}", { params: { path: { id } }, signal }));
    return status;
  } catch (error) {
    if (isUndecided(error)) return undefined;
    throw error;
  }
}
