import type { DatasetFormat } from "../../core/dataset.ts";

/** One content has one dataset on Kaggle, whatever job uses it. 40 of at most 50 characters. */
export function datasetSlug(sha256: string): string {
  return `slipway-${sha256.slice(0, 32)}`;
}

/** The file's name inside the dataset. */
export function datasetFileName(format: DatasetFormat): string {
  return format === "text" ? "data.txt" : `data.${format}`;
}

/**
 * One attempt of one job has one kernel, so a push whose answer was lost is found again by name.
 * Kaggle makes a new kernel's slug from its title: the title has to be the slug in other clothes.
 */
export function kernelSlug(jobId: string, attempt: number): string {
  return `slipway-${jobId.replaceAll("-", "")}-${attempt}`;
}

export function kernelTitle(jobId: string, attempt: number): string {
  return kernelSlug(jobId, attempt).replaceAll("-", " ");
}
