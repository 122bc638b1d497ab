import { join } from "node:path";
import type { Progress } from "../progress.ts";
import { type BaseImages, recordBaseImages } from "./base-images-file.ts";
import { engineArchitecture, inspectImages, type PresentImage } from "./docker-images.ts";
import { imageMaker } from "./image-maker.ts";
import { type Pull, pulls } from "./pull.ts";
import { type BaseImageName, baseImageNames } from "./recipes.ts";
import { baseImageReferences } from "./references.ts";

export interface EnsureBaseImagesOptions {
  /** The project's root: `.slipway/base-images.json` is written there. */
  root: string;
  /** Where downloads and compiled programs are kept, safe to share between checkouts. */
  cacheDir: string;
  names?: readonly BaseImageName[];
  progress: Progress;
  /** How images are pulled; tests put their own here. */
  pull?: Pull;
}

/**
 * Makes sure that the engine has the named base images (all of them by default) and writes them down in
 * `.slipway/base-images.json`. Images that are there cost one call to the engine. Safe to interrupt and to run twice
 * at once. Throws an ImageError that says what to do.
 */
export async function ensureBaseImages(options: EnsureBaseImagesOptions): Promise<BaseImages> {
  const names = options.names ?? baseImageNames;
  const references = baseImageReferences();
  const wanted = names.map((name) => references[name]);
  let present = await inspectImages(wanted);
  const missing = names.filter((name) => !present.has(references[name]));
  if (missing.length > 0) {
    await makeMissing(missing, options);
    present = await inspectImages(wanted);
  }
  const images = Object.fromEntries(
    names.map((name) => [name, describe(references[name], present.get(references[name]))]),
  );
  await recordBaseImages(options.root, images);
  return images;
}

function describe(reference: string, image: PresentImage | undefined) {
  if (!image) throw new Error(`${reference} was made and is gone again`);
  const { labels, imageId, bytes } = image;
  const upstream = labels["slipway.upstream"];
  return {
    reference,
    imageId,
    source: labels["slipway.source"] === "pulled" ? ("pulled" as const) : ("built" as const),
    version: labels["org.opencontainers.image.version"] ?? "unknown",
    bytes,
    ...(upstream ? { upstream } : {}),
  };
}

async function makeMissing(missing: readonly BaseImageName[], options: EnsureBaseImagesOptions) {
  const ensure = imageMaker({
    references: baseImageReferences(),
    cacheDir: join(options.cacheDir, "base-images"),
    architecture: await engineArchitecture(),
    progress: options.progress,
    pull: options.pull ?? pulls(),
  });
  // The object store is compiled for minutes: first in, so that the rest is made beside it.
  const order = [...missing].sort((a, b) => Number(b === "minio") - Number(a === "minio"));
  const outcomes = await Promise.allSettled(order.map(ensure));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
}
