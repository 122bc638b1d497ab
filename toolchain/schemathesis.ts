import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type CacheEntry, cached } from "./cache.ts";
import { engineHost } from "./engine.ts";
import { placeScript } from "./place.ts";
import type { ProgressStep } from "./progress.ts";
import { contentKey } from "./source-keys.ts";
import { ToolchainError } from "./toolchain-error.ts";

/** Schemathesis and all that it needs, each with its version and the hashes of its files. */
const REQUIREMENTS = join(import.meta.dirname, "schemathesis", "requirements.txt");
const PYTHON_VERSION_MIN = [3, 10] as const;
const VENV_ADVICE = "On Debian: apt-get install -y python3-venv";

/** The fuzzer of OpenAPI documents, from the Python package registry, in an environment of its own (10 s, 90 MB). */
export async function ensureSchemathesis(cacheDir: string, step: ProgressStep): Promise<CacheEntry> {
  const requirements = await readFile(REQUIREMENTS, "utf8");
  const python = await pythonVersion();
  return cached({
    cacheDir,
    name: "schemathesis",
    version: schemathesisVersion(requirements),
    key: contentKey(requirements, python, process.platform, process.arch),
    waiting: (owner) => step.note(`waiting for process ${owner}, which makes it`),
    async make(directory) {
      await ensureVenv(step);
      step.note("installing from the Python package registry");
      await run("python3", ["-m", "venv", directory], VENV_ADVICE);
      const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
      await run(
        join(directory, "bin", "python"),
        ["-m", "pip", "install", ...options, "--requirement", REQUIREMENTS],
        "Check that pip reaches its package registry.",
      );
      return "official";
    },
  });
}

/** The pinned version, as the list of requirements has it. */
export function schemathesisVersion(requirements: string): string {
  return /^schemathesis==(\S+)/m.exec(requirements)?.[1] ?? "";
}

/** Puts the command in place. Through `python -m`: the environment's own scripts name the path it was made at. */
export function placeSchemathesis(bin: string, directory: string): Promise<void> {
  const script = `#!/bin/sh\nexec '${directory}/bin/python' -m schemathesis.cli "$@"\n`;
  return placeScript(join(bin, "schemathesis"), script);
}

async function pythonVersion(): Promise<string> {
  const { stdout, failed } = await execa("python3", ["--version"], { reject: false });
  const [, major, minor] = /^Python (\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  const [majorMin, minorMin] = PYTHON_VERSION_MIN;
  if (!failed && Number(major) === majorMin && Number(minor) >= minorMin) return stdout;
  const least = PYTHON_VERSION_MIN.join(".");
  throw new ToolchainError(
    `Python ${least} or newer is needed for the contract test, and python3 ${failed ? "is not here" : `is ${stdout}`}. ` +
      VENV_ADVICE,
  );
}

/** Debian has the module that makes environments in a package of its own; as root it is installed. */
async function ensureVenv(step: ProgressStep): Promise<void> {
  const { failed } = await execa("python3", ["-c", "import ensurepip"], { reject: false });
  const host = engineHost();
  if (!failed || !host.isDebian || !host.isRoot) return;
  step.note("installing python3-venv from Debian");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-q"], { env, reject: false });
  await execa("apt-get", ["install", "-y", "-q", "--no-install-recommends", "python3-venv"], {
    env,
    reject: false,
  });
}

async function run(file: string, args: readonly string[], advice: string): Promise<void> {
  const result = await execa(file, [...args], { reject: false, all: true, stdin: "ignore" });
  if (!result.failed) return;
  const lines = String(result.all).trim().split("\n").slice(-8).join("\n");
  throw new ToolchainError(`\`${file} ${args.slice(0, 3).join(" ")} …\` failed. ${advice}\n${lines}`);
}
