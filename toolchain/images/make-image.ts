import { copyFile, cp, link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Artifact } from "./artifacts.ts";
import { bootstrapDebian } from "./bootstrap-debian.ts";
import { buildImage, inspectImages } from "./docker-images.ts";
import { type BaseImageName, parentsOf, recipes } from "./recipes.ts";
import { recipesDir } from "./recipes-dir.ts";
import { runCommand } from "./run-command.ts";

export interface ImageWork {
  name: BaseImageName;
  references: Readonly<Record<BaseImageName, string>>;
  workDir: string;
  architecture: string;
  note: (text: string) => void;
}

/** The image as its recipe makes it, under a passing tag. */
export async function buildFromRecipe(work: ImageWork, artifacts: readonly Artifact[]): Promise<string> {
  const tag = passingTag(work);
  if (work.name === "debian") {
    const tarFile = join(work.workDir, "debian.tar");
    await bootstrapDebian(tarFile, work.architecture, work.note);
    work.note("importing");
    await runCommand("docker", ["import", "--change", 'CMD ["bash"]', tarFile, tag]);
    return tag;
  }
  const contextDir = await stageContext(work, artifacts);
  const parents = parentsOf(work.name).flatMap((parent) => [
    "--build-arg",
    `${recipes[work.name].parents[parent]}=${work.references[parent]}`,
  ]);
  await markStages(join(contextDir, "Dockerfile"), tag);
  await buildImage(contextDir, ["--tag", tag, ...parents], work.note);
  await runCommand("docker", ["image", "prune", "--force", "--filter", `label=slipway.stage=${tag}`]);
  return tag;
}

/**
 * Gives the stages of a Dockerfile their mark, by which what they leave is told from other builds' and removed. It
 * stands in the text: as an argument it would be a layer that all builds of one parent share, and that goes from
 * under the others when the first of them is cleaned up.
 */
async function markStages(dockerfile: string, mark: string): Promise<void> {
  const text = await readFile(dockerfile, "utf8");
  await writeFile(dockerfile, text.replaceAll("slipway.stage=STAGE", `slipway.stage=${mark}`));
}

/** The pulled image with what the recipe adds to it, under a passing tag. */
export async function buildFromUpstream(work: ImageWork, upstream: string): Promise<string> {
  const tag = passingTag(work);
  const contextDir = join(work.workDir, "context");
  await mkdir(contextDir);
  await copyFile(join(recipesDir, work.name, "Dockerfile.pulled"), join(contextDir, "Dockerfile"));
  await buildImage(contextDir, ["--tag", tag, "--build-arg", `UPSTREAM_IMAGE=${upstream}`], work.note);
  return tag;
}

/**
 * Labels the image with its version and recipe and gives it its lasting tag, unless another run was first.
 * Returns the version. `upstream` is the official image it was made from, when it was pulled.
 */
export async function publishImage(work: ImageWork, tag: string, upstream?: string): Promise<string> {
  const reference = work.references[work.name];
  const version = await versionInside(work.name, tag);
  const labels = {
    "org.opencontainers.image.title": `slipway-base/${work.name}`,
    "org.opencontainers.image.version": version,
    "slipway.recipe": reference.split(":")[1] ?? "",
    "slipway.source": upstream ? "pulled" : "built",
    ...(upstream ? { "slipway.upstream": await digestOf(upstream) } : {}),
  };
  const dir = join(work.workDir, "labels");
  await mkdir(dir);
  await writeFile(join(dir, "Dockerfile"), `FROM ${tag}\n`);
  const flags = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
  const id = await buildImage(dir, flags, work.note);
  if (!(await inspectImages([reference])).has(reference)) await runCommand("docker", ["tag", id, reference]);
  await runCommand("docker", ["rmi", tag]);
  return version;
}

/** The digest under which the registry gave the image: what was really taken when a tag was asked for. */
async function digestOf(image: string): Promise<string> {
  const format = "{{range .RepoDigests}}{{.}}\n{{end}}";
  const { stdout } = await runCommand("docker", ["image", "inspect", "--format", format, image]);
  return stdout.trim().split("\n")[0] ?? image;
}

async function versionInside(name: BaseImageName, tag: string): Promise<string> {
  const { entrypoint, args } = recipes[name].versionCommand;
  const run = ["run", "--rm", "--network", "none", "--entrypoint", entrypoint, tag, ...args];
  return readVersion((await runCommand("docker", run)).all);
}

/** The first version number in a program's own words: "15.20", "24.21.0", or a time for MinIO. */
export function readVersion(text: string): string {
  return /\d{4}-\d\d-\d\dT[\d-]+Z|\d+(\.\d+)+/.exec(text)?.[0] ?? "unknown";
}

async function stageContext(work: ImageWork, artifacts: readonly Artifact[]): Promise<string> {
  const contextDir = join(work.workDir, "context");
  await cp(join(recipesDir, work.name), contextDir, { recursive: true });
  await copyFile(join(recipesDir, "rootfs.sh"), join(contextDir, "rootfs.sh"));
  for (const { path, name } of artifacts) {
    const target = join(contextDir, name);
    await link(path, target).catch(() => cp(path, target, { recursive: true }));
  }
  return contextDir;
}

/** Unique to this process and image, so that clean-up can never touch what another run is building. */
function passingTag(work: ImageWork): string {
  return `${work.references[work.name]}-making-${process.pid}`;
}
