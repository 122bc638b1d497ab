import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withBuildSlot } from "../go-build.ts";
import type { Progress } from "../progress.ts";
import { type Artifact, ensureArtifact } from "./artifacts.ts";
import { inspectImages } from "./docker-images.ts";
import { withLock } from "./lock.ts";
import { buildFromRecipe, buildFromUpstream, type ImageWork, publishImage } from "./make-image.ts";
import type { Pull } from "./pull.ts";
import { type BaseImageName, parentsOf, recipes } from "./recipes.ts";
import { upstreamOf } from "./upstream.ts";
import { inWorkDir } from "./work-dir.ts";

export interface ImageMakerOptions {
  references: Readonly<Record<BaseImageName, string>>;
  cacheDir: string;
  architecture: "amd64" | "arm64";
  progress: Progress;
  pull: Pull;
}

interface Making {
  options: ImageMakerOptions;
  note: (text: string) => void;
  ensure: (name: BaseImageName) => Promise<void>;
}

/** A function that makes the named image unless the engine has it: once per run, after its parents. */
export function imageMaker(options: ImageMakerOptions): (name: BaseImageName) => Promise<void> {
  const made = new Map<BaseImageName, Promise<void>>();
  const ensure = (name: BaseImageName) => {
    const running = made.get(name) ?? makeShown(name, { options, ensure });
    made.set(name, running);
    return running;
  };
  return ensure;
}

async function makeShown(name: BaseImageName, making: Omit<Making, "note">) {
  const { references, progress, cacheDir } = making.options;
  const isPresent = async () => (await inspectImages([references[name]])).size > 0;
  if (await isPresent()) return;
  const step = progress.step(`base image ${name}`);
  const note = (text: string) => step.note(text);
  try {
    await mkdir(cacheDir, { recursive: true });
    const work = async () => ((await isPresent()) ? "made by another run" : make(name, { ...making, note }));
    const waiting = () => note("waiting for another run that makes it");
    const what = await withLock(join(cacheDir, `image-${name}.lock`), waiting, work);
    step.done(what);
  } catch (error) {
    step.fail("failed");
    throw error;
  }
}

async function make(name: BaseImageName, making: Making): Promise<string> {
  const { cacheDir, references, architecture, pull } = making.options;
  return inWorkDir(cacheDir, async (workDir) => {
    const work: ImageWork = { name, references, workDir, architecture, note: making.note };
    const upstream = upstreamOf(name);
    if (upstream && (await pull(upstream, making.note))) {
      const tag = await withBuildSlot(making.note, () => buildFromUpstream(work, upstream));
      return `${await publishImage(work, tag, upstream)} pulled`;
    }
    const artifacts = await gather(name, making);
    const tag = await withBuildSlot(making.note, () => buildFromRecipe(work, artifacts));
    return `${await publishImage(work, tag)} built`;
  });
}

/** What the build needs: its own artifacts, and its parents in the engine. Both are made at the same time. */
async function gather(name: BaseImageName, making: Making): Promise<Artifact[]> {
  const { options, note, ensure } = making;
  const context = {
    cacheDir: options.cacheDir,
    architecture: options.architecture,
    note,
    pull: (image: string) => options.pull(image, note),
  };
  const parents = Promise.all(parentsOf(name).map(ensure));
  const artifacts: Artifact[][] = [];
  for (const artifact of recipes[name].artifacts) {
    artifacts.push(await withBuildSlot(note, () => ensureArtifact(artifact, context)));
  }
  note(`waiting for ${parentsOf(name).join(" and ")}`);
  await parents;
  note("building");
  return artifacts.flat();
}
