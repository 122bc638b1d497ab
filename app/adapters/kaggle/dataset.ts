import { TransientJobError } from "../../core/executor.ts";
import { KaggleError } from "./kaggle-error.ts";
import { datasetFileName, datasetSlug } from "./names.ts";
import { waitBeforeRetry } from "./retry.ts";
import { callAgain, type RunContext } from "./run-context.ts";
import { uploadBlob } from "./upload.ts";
import { waitMs } from "./wait.ts";

const SERVICE = "datasets.DatasetApiService";

/** Makes sure the dataset's content is on Kaggle, private, once; returns its `owner/slug` when it is ready. */
export async function ensureDataset(run: RunContext): Promise<string> {
  const slug = datasetSlug(run.job.dataset.sha256);
  const deadline = Date.now() + run.timings.datasetWaitMaxMs;
  for (let tries = 1; Date.now() < deadline; tries += 1) {
    const status = await datasetStatus(run, slug);
    if (status === "ready") return `${run.owner}/${slug}`;
    if (status === "absent") await createOnce(run, slug, tries);
    else if (status === "failed" || status === "deleted") await uploadVersion(run, slug);
    else await waitMs(run.timings.datasetPollMs, run.signal);
  }
  throw new TransientJobError(`Kaggle did not get the dataset ${run.owner}/${slug} ready in time.`);
}

/** The spelling without case and underscores, or `absent`. */
async function datasetStatus(run: RunContext, slug: string): Promise<string> {
  try {
    const body = { ownerSlug: run.owner, datasetSlug: slug };
    const { status } = await callAgain<{ status?: string }>(run, `${SERVICE}/GetDatasetStatus`, body);
    return (status ?? "NOT_YET_PERSISTED").toLowerCase();
  } catch (error) {
    if (error instanceof KaggleError && error.absent) return "absent";
    throw error;
  }
}

/** Creates the dataset; when the answer is lost, the next look tells whether it is there. */
async function createOnce(run: RunContext, slug: string, tries: number): Promise<void> {
  const { format, bytes } = run.job.dataset;
  run.context.log("info", `Kaggle: uploading the dataset as ${run.owner}/${slug}, ${bytes} bytes`);
  const token = await uploadBlob(run, datasetFileName(format));
  const body = { ownerSlug: run.owner, slug, title: slug, licenseName: "other", isPrivate: true };
  const { signal, timings } = run;
  try {
    const answer = await run.client.call<CreateAnswer>(
      `${SERVICE}/CreateDataset`,
      { ...body, files: [{ token }] },
      { signal, timeoutMs: timings.pushTimeoutMs },
    );
    if (answer.error && !answer.error.includes("already in use"))
      throw new TransientJobError(`Kaggle did not take the dataset: ${answer.error}`);
    if (answer.error) await waitMs(timings.datasetPollMs, signal);
  } catch (error) {
    await waitBeforeRetry(run, error, tries);
  }
}

/** A dataset whose processing failed gets the same content as a new version. */
async function uploadVersion(run: RunContext, slug: string): Promise<void> {
  run.context.log("warn", `Kaggle: the dataset ${slug} is not usable, uploading it again`);
  const token = await uploadBlob(run, datasetFileName(run.job.dataset.format));
  const body = { versionNotes: "The same content again", files: [{ token }] };
  await callAgain(run, `${SERVICE}/CreateDatasetVersion`, { ownerSlug: run.owner, datasetSlug: slug, body });
  await waitMs(run.timings.datasetPollMs, run.signal);
}

interface CreateAnswer {
  readonly status?: string | null;
  readonly error?: string | null;
}
