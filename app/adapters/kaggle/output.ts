import { createHash } from "node:crypto";
import { TransientJobError } from "../../core/executor.ts";
import { reading } from "./client.ts";
import { KaggleError } from "./kaggle-error.ts";
import type { KernelLog } from "./kernel-log.ts";
import { parseStoredLog } from "./log-entries.ts";
import { withRetries } from "./retry.ts";
import { callAgain, type RunContext } from "./run-context.ts";

/** Largest output file taken; the models are far smaller. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** What the script leaves in `metrics.json`: what the model is, so that a half file is never taken for one. */
export interface OutputReport {
  readonly job_id: string;
  readonly dataset_sha256: string;
  readonly model: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly metrics: Readonly<Record<string, number>>;
}

/** The finished session's stored log, to its last entry, and its files by name. */
export async function readOutput(
  run: RunContext,
  slug: string,
  log: KernelLog,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  let pageToken = "";
  do {
    const body = {
      userName: run.owner,
      kernelSlug: slug,
      pageSize: 100,
      ...(pageToken ? { pageToken } : {}),
    };
    const page = await callAgain<OutputPage>(run, "kernels.KernelsApiService/ListKernelSessionOutput", body);
    if (!pageToken) for (const [index, entry] of parseStoredLog(page.log).entries()) log.take(index, entry);
    for (const { fileName, url } of page.files ?? []) if (fileName && url) links.set(fileName, url);
    pageToken = page.nextPageToken ?? "";
  } while (pageToken);
  return links;
}

/** The report and the model it names, checked against each other and against the job. */
export async function fetchModel(run: RunContext, links: ReadonlyMap<string, string>) {
  const report = parseReport(await fetchFile(run, links, "metrics.json"));
  const { id, dataset } = run.job;
  if (report.job_id !== id || report.dataset_sha256 !== dataset.sha256)
    throw new TransientJobError("The kernel's output belongs to another job.");
  const { file, bytes, sha256 } = report.model;
  const content = await fetchFile(run, links, file);
  const found = createHash("sha256").update(content).digest("hex");
  if (content.length !== bytes || found !== sha256)
    throw new TransientJobError(
      `The kernel's ${file} is not what its report says (${content.length} bytes).`,
    );
  return { file, content, metrics: report.metrics };
}

async function fetchFile(run: RunContext, links: ReadonlyMap<string, string>, name: string): Promise<Buffer> {
  const link = links.get(name);
  if (!link || !run.client.mayFollow(link)) throw new TransientJobError(`The kernel left no usable ${name}.`);
  return await withRetries(run, () => download(run, link));
}

/** The link is the permission: no authorization goes with it. */
async function download(run: RunContext, link: string): Promise<Buffer> {
  const method = "GetOutputFile";
  const limit = AbortSignal.any([run.signal, AbortSignal.timeout(run.timings.pushTimeoutMs)]);
  return await reading(method, run.signal, async () => {
    const response = await fetch(link, { signal: limit });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new KaggleError(method, "the storage refused the download", { status: response.status });
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) throw new KaggleError(method, "the file is too large", { status: 413 });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  });
}

function parseReport(data: Buffer): OutputReport {
  try {
    return JSON.parse(data.toString("utf8")) as OutputReport;
  } catch (cause) {
    throw new TransientJobError("The kernel's metrics.json is not JSON.", { cause });
  }
}

interface OutputPage {
  readonly files?: readonly { readonly url?: string | null; readonly fileName?: string | null }[] | null;
  readonly log?: string | null;
  readonly nextPageToken?: string | null;
}
