import { readFile, rm } from "node:fs/promises";
import { execa } from "execa";
import { z } from "zod";
import { ImageError } from "./image-error.ts";
import { runCommand } from "./run-command.ts";

export interface PresentImage {
  imageId: string;
  bytes: number;
  labels: Record<string, string>;
}

const Inspected = z.array(
  z.object({
    Id: z.string(),
    Size: z.number(),
    RepoTags: z.array(z.string()).nullish(),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  }),
);

/** Which of the references the engine has; one call, whatever their number. */
export async function inspectImages(references: readonly string[]): Promise<Map<string, PresentImage>> {
  const found = await execa("docker", ["image", "inspect", ...references], { reject: false });
  if (found.failed && !onlyAbsent(found.stderr ?? "")) {
    const reason = found.code === "ENOENT" ? "there is no docker command" : found.stderr;
    throw new ImageError(`The Docker engine cannot be asked for its images: ${reason}`);
  }
  return presentImages(found.stdout, references);
}

/** Reads the answer of `docker image inspect`. */
export function presentImages(json: string, references: readonly string[]): Map<string, PresentImage> {
  const present = new Map<string, PresentImage>();
  for (const image of Inspected.parse(JSON.parse(json || "[]"))) {
    const labels = image.Config?.Labels ?? {};
    for (const reference of references.filter((wanted) => image.RepoTags?.includes(wanted))) {
      present.set(reference, { imageId: image.Id, bytes: image.Size, labels });
    }
  }
  return present;
}

function onlyAbsent(stderr: string): boolean {
  const lines = stderr.trim().split("\n").filter(Boolean);
  return lines.length > 0 && lines.every((line) => /no such image/i.test(line));
}

/** Architecture of the engine as Debian and Go call it. */
export async function engineArchitecture(): Promise<"amd64" | "arm64"> {
  const { stdout: name } = await runCommand("docker", ["version", "--format", "{{.Server.Arch}}"]);
  if (name === "amd64" || name === "arm64") return name;
  throw new ImageError(`Base images are made for amd64 and arm64; this engine's machine is ${name}.`);
}

/** Whether a line of `docker build` names a step of the Dockerfile; the others are ids and what commands print. */
function isBuildStep(line: string): boolean {
  return line.startsWith("Step ");
}

/** Builds from a folder and returns the image's id. `onStep` is told each step of the Dockerfile as it begins. */
export async function buildImage(
  contextDir: string,
  args: readonly string[],
  onStep: (line: string) => void,
): Promise<string> {
  const idFile = `${contextDir}.id`;
  const proxies = ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => ["--build-arg", name]);
  const build = ["build", "--force-rm", "--iidfile", idFile, ...proxies, ...args, contextDir];
  await runCommand("docker", build, { onLine: (line) => isBuildStep(line) && onStep(line) });
  const id = (await readFile(idFile, "utf8")).trim();
  await rm(idFile);
  return id;
}
