import type { StoredDataset } from "../adapters/postgres/datasets.ts";
import { Problem } from "../core/problem.ts";
import { type AcceptedContent, storeContent } from "./content.ts";
import { noSuch } from "./routes/lookups.ts";
import type { Services } from "./services.ts";

type UploadServices = Pick<Services, "datasets" | "store" | "logger">;

/**
 * Makes what takes an uploaded file as its dataset's content. Asked again it says the same: while it is at it, whoever
 * asks joins; later, and when another replica was faster, it says what the dataset holds.
 */
export function uploadCompletion(services: UploadServices, bytesMax: number) {
  const underWay = new Map<string, Promise<AcceptedContent>>();
  return async (id: string): Promise<AcceptedContent> => {
    const dataset = (await services.datasets.find(id)) ?? noSuch("dataset");
    const key = dataset.upload_key;
    if (!key) return contentOf(dataset) ?? nothingBegun();
    const known = underWay.get(key);
    if (known) return known;
    const taking = takeOnce(services, dataset, key, bytesMax).finally(() => underWay.delete(key));
    underWay.set(key, taking);
    return taking;
  };
}

async function takeOnce(
  services: UploadServices,
  dataset: StoredDataset,
  key: string,
  bytesMax: number,
): Promise<AcceptedContent> {
  try {
    return await take(services, dataset, key, bytesMax);
  } catch (error) {
    const now = await services.datasets.find(dataset.id);
    const content = now?.upload_key === null ? contentOf(now) : undefined;
    if (content) return content;
    throw error;
  }
}

async function take(services: UploadServices, dataset: StoredDataset, key: string, bytesMax: number) {
  const { store } = services;
  const bytes = await store.size(key);
  if (bytes === undefined) throw new Problem(409, "The file has not been uploaded yet.");
  if (bytes > bytesMax) throw new Problem(413, `The file is larger than ${bytesMax} bytes.`);
  // Read once and stored under a new name: whoever still holds the URL cannot change what was checked.
  const content = await store.get(key);
  const result = await storeContent(services, dataset, content, bytes, key).finally(() => content.destroy());
  await store.delete(key).catch(() => {});
  return result;
}

function contentOf({ status, bytes, sha256, rows }: StoredDataset): AcceptedContent | undefined {
  if (status !== "ready" || bytes === null || sha256 === null || rows === null) return undefined;
  return { bytes, sha256, rows, status };
}

function nothingBegun(): never {
  throw new Problem(409, "No upload was begun: ask for an upload URL first.");
}
