import { existsSync } from "node:fs";
import { ensureDockerPlugin } from "./docker-plugin.ts";
import { ensureEngine } from "./engine.ts";
import { ensureBaseImages } from "./images/ensure.ts";
import { officialDownloads } from "./official.ts";
import { type ToolchainPaths, toolchainPaths } from "./paths.ts";
import type { Progress, ProgressStep } from "./progress.ts";
import { ensureCli } from "./pulumi-cli.ts";
import { installHome, readyRecord, type ToolchainRecord } from "./pulumi-home.ts";
import { ensureSchemathesis, placeSchemathesis } from "./schemathesis.ts";
import { PLUGIN_VERSIONS, PULUMI_CLI_VERSION } from "./versions.ts";

/** The groups of parts that can be prepared by themselves; `schemathesis` is for tests alone. */
export const TOOLCHAIN_PARTS = ["engine", "pulumi", "images", "schemathesis"] as const;
export type ToolchainPart = (typeof TOOLCHAIN_PARTS)[number];

/** What a deploy needs. */
const DEPLOY_PARTS: readonly ToolchainPart[] = ["engine", "pulumi", "images"];

export interface PrepareOptions {
  /** The checkout's root directory. */
  root: string;
  /** What to prepare; when left out, everything that a deploy needs. */
  only?: readonly ToolchainPart[];
  /** Where what the engine has of base images is noted, in place of the checkout. */
  imageNotes?: string;
  progress: Progress;
}

/** What a newcomer wants to know before the minutes of a first run. */
const FIRST_RUN = `First run of this checkout: tools and base images that this machine lacks are downloaded or, where they cannot be,
built from source, which takes about ten minutes on two cores. Later runs take seconds. Interrupt it when you like:
the next run goes on from there.`;

/**
 * Makes sure of everything that a deploy needs on this machine. Safe to interrupt and run again, and correct when two
 * runs race. Throws ToolchainError, with what to do, where the user must act.
 */
export async function prepareToolchain(options: PrepareOptions): Promise<void> {
  const paths = toolchainPaths(options.root);
  const wanted = new Set(options.only ?? DEPLOY_PARTS);
  const isLong = wanted.has("pulumi") || wanted.has("images");
  if (isLong && !existsSync(paths.record)) options.progress.say(FIRST_RUN);
  // Images are made on the engine, so it comes first; it is quick, and its faults are the user's to mend.
  if (wanted.has("engine")) await ensureEngine(options);
  await allToTheEnd([
    wanted.has("pulumi") ? preparePulumi(paths, options.progress) : undefined,
    wanted.has("images")
      ? ensureBaseImages({ ...options, root: options.imageNotes ?? options.root, cacheDir: paths.cache })
      : undefined,
    wanted.has("schemathesis") ? prepareSchemathesis(paths, options.progress) : undefined,
  ]);
}

async function prepareSchemathesis(paths: ToolchainPaths, progress: Progress): Promise<void> {
  const entry = await inStep(progress, "Schemathesis", (step) => ensureSchemathesis(paths.cache, step));
  await placeSchemathesis(paths.bin, entry.directory);
}

/** Waits for all, failed or not, so that no build goes on behind an error message; then throws the first failure. */
async function allToTheEnd<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return Promise.all(work);
}

/** Makes sure of the CLI, the language host and the plugins. */
export async function preparePulumi(paths: ToolchainPaths, progress: Progress): Promise<ToolchainRecord> {
  const ready = await readyRecord(paths);
  if (ready) return ready;
  const downloads = officialDownloads();
  const cli = inStep(progress, `Pulumi CLI ${PULUMI_CLI_VERSION}`, (step) =>
    ensureCli(paths.cache, downloads, step),
  );
  const cliPath = async () => `${(await cli).directory}/pulumi`;
  const docker = inStep(progress, `Docker plugin ${PLUGIN_VERSIONS.docker}`, (step) =>
    ensureDockerPlugin(paths.cache, downloads, cliPath, step),
  );
  const [cliEntry, dockerEntry] = await allToTheEnd([cli, docker]);
  return installHome(paths, { cli: cliEntry, docker: dockerEntry });
}

async function inStep<Result extends { warm: boolean; record: { source: string } }>(
  progress: Progress,
  name: string,
  work: (step: ProgressStep) => Promise<Result>,
): Promise<Result> {
  const step = progress.step(name);
  try {
    const result = await work(step);
    step.done(result.warm ? "in the cache" : result.record.source);
    return result;
  } catch (error) {
    step.fail("failed");
    throw error;
  }
}
