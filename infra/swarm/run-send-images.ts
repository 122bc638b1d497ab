import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { clientEnvironment } from "./docker-client.ts";

const execute = promisify(execFile);

export type SendImagesSpec = {
  /** The checkout's directory. */
  root: string;
  /** Images by tag. A tag stands for a content, so one that is there is the right one. */
  references: readonly string[];
};

type Environment = NodeJS.ProcessEnv;

/** Docker's environment for the engine that images come from: this machine's, whatever the target is. */
function sourceEnvironment({ DOCKER_HOST: _target, ...env }: Environment): Environment {
  return env;
}

async function architecture(env: Environment): Promise<string> {
  const { stdout } = await execute("docker", ["version", "--format", "{{.Server.Arch}}"], { env });
  return stdout.trim();
}

/** Those that an engine has not. */
export async function missingImages(references: readonly string[], env: Environment): Promise<string[]> {
  const format = "{{range .RepoTags}}{{println .}}{{end}}";
  const asked = execute("docker", ["image", "inspect", "--format", format, ...references], { env });
  const { stdout } = await asked.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }));
  const present = new Set(stdout.split("\n"));
  return references.filter((reference) => !present.has(reference));
}

async function copy(references: readonly string[], source: Environment, target: Environment): Promise<void> {
  const save = spawn("docker", ["save", ...references], {
    env: source,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const load = spawn("docker", ["load", "--quiet"], { env: target, stdio: ["pipe", "ignore", "inherit"] });
  const ended = [save, load].map(
    (child) => new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1))),
  );
  const [, ...codes] = await Promise.all([pipeline(save.stdout, load.stdin), ...ended]);
  if (codes.some((code) => code !== 0))
    throw new Error("docker save or docker load failed; its words stand above");
}

/** Has the toolchain make the images on the target itself, for its own kind of processor. */
async function makeThere(root: string, target: Environment): Promise<void> {
  const notes = mkdtempSync(join(tmpdir(), "slipway-images-"));
  const args = ["toolchain/main.ts", "prepare", "--only", "images", "--notes-in", notes];
  const child = spawn("node", args, { cwd: root, env: target, stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  rmSync(notes, { recursive: true, force: true });
  if (code !== 0) throw new Error("The base images could not be made on the target; the reason stands above");
}

/** Sees to it that the target engine (DOCKER_HOST) has the base images: sent from this machine's engine, or made there. */
export async function sendImages({ root, references }: SendImagesSpec, env: Environment): Promise<void> {
  const target = clientEnvironment(env);
  const missing = await missingImages(references, target);
  if (missing.length === 0) return;
  const source = sourceEnvironment(env);
  const [here, there] = await Promise.all([architecture(source), architecture(target)]);
  process.stderr.write(
    `sending ${missing.length} base images (${here === there ? "as they are" : `made for ${there}`})\n`,
  );
  await (here === there ? copy(missing, source, target) : makeThere(root, target));
}

if (import.meta.main) {
  try {
    await sendImages((await json(process.stdin)) as SendImagesSpec, process.env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
