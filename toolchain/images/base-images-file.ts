import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { baseImageNames } from "./recipes.ts";

const BaseImage = z.object({
  reference: z.string(),
  imageId: z.string(),
  source: z.enum(["built", "pulled"]),
  version: z.string(),
  bytes: z.number(),
});

/** What the engine has of one base image. `bytes` is its size unpacked; `upstream` the pulled image's digest. */
export type BaseImage = z.infer<typeof BaseImage> & { upstream?: string };

const BaseImagesFile = z.partialRecord(
  z.enum(baseImageNames),
  BaseImage.extend({ upstream: z.string().optional() }),
);

export type BaseImages = Partial<Record<(typeof baseImageNames)[number], BaseImage>>;

/** Adds to `.slipway/base-images.json`, whole or not at all; an unreadable older file is replaced. */
export async function recordBaseImages(root: string, images: BaseImages): Promise<void> {
  const file = join(root, ".slipway", "base-images.json");
  const before = await readFile(file, "utf8").catch(() => "{}");
  const merged = `${JSON.stringify({ ...parse(before), ...images }, null, 2)}\n`;
  if (merged === before) return;
  await mkdir(join(root, ".slipway"), { recursive: true });
  await writeFile(`${file}.${process.pid}`, merged);
  await rename(`${file}.${process.pid}`, file);
}

function parse(text: string): object {
  try {
    return BaseImagesFile.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
