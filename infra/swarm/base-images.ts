import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../settings/config-error.ts";

/** The images that everything else stands on; the toolchain downloads or builds them. */
export const BASE_IMAGE_NAMES = [
  "node-build",
  "node",
  "nginx",
  "postgres",
  "minio",
  "registry",
  "backup",
  "acme",
] as const;

export type BaseImageName = (typeof BASE_IMAGE_NAMES)[number];

/** An image in the engine: a name with a tag that tells its content, and its id. */
export type BaseImage = { reference: string; imageId: string };

/** Where the toolchain notes what it has put into the engine, below the project's root. */
export const BASE_IMAGES_FILE = ".slipway/base-images.json";

const BaseImages = z.record(z.string(), z.object({ reference: z.string(), imageId: z.string() }));

function readNotes(root: string): Record<string, BaseImage> {
  try {
    return BaseImages.parse(JSON.parse(readFileSync(join(root, BASE_IMAGES_FILE), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new ConfigError([`${BASE_IMAGES_FILE}: cannot be read: delete it and run "npm run up"`]);
  }
}

/** The base images that the toolchain has prepared. Throws a ConfigError that names all missing ones. */
export function readBaseImages(root: string): Record<BaseImageName, BaseImage> {
  const notes = readNotes(root);
  const missing = BASE_IMAGE_NAMES.filter((name) => !notes[name]);
  if (missing.length > 0) {
    throw new ConfigError([
      `Base images are missing (${missing.join(", ")}): run "npm run up", which prepares them first.`,
    ]);
  }
  return notes as Record<BaseImageName, BaseImage>;
}
