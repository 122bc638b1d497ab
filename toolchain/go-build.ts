import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { ToolchainError } from "./toolchain-error.ts";
import { GO_VERSION_MIN } from "./versions.ts";

export interface GoBuild {
  /** The directory with go.mod and go.sum. */
  directory: string;
  /** The package to build: a path in the module graph, or ".". */
  package: string;
  /** The executable to write. */
  output: string;
  /** Values set into string variables at link time, by full name. */
  variables?: Record<string, string>;
  tags?: string[];
  /** Added to the environment: GOOS and GOARCH, where the executable is for another kind of machine. */
  env?: Record<string, string>;
  /** Told what the build is doing: the module it downloads, then the compiling. */
  note?(text: string): void;
}

/** Each build takes 1.5 to 2 GB of memory and all cores it finds; more than two at once only wait for each other. */
const BUILDS_MAX = 2;
let running = 0;
const queue: Array<() => void> = [];

/** Runs a heavy build when one of the two places for them is free; notes that it waits where none is. */
export async function withBuildSlot<Result>(
  note: (text: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  if (running >= BUILDS_MAX) {
    note("waiting for its turn");
    await new Promise<void>((resolve) => queue.push(resolve));
    note("");
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Builds a Go executable. Throws ToolchainError where Go is missing or too old, or with the compiler's last lines. */
export async function buildGo(build: GoBuild): Promise<void> {
  await requireGo();
  const [command = "build", ...rest] = goBuildArguments(build);
  // With -v Go names each package that it has compiled. It changes nothing of what comes out.
  const child = execa("go", [command, "-v", ...rest], {
    cwd: build.directory,
    env: { CGO_ENABLED: "0", ...build.env },
    stdin: "ignore",
    reject: false,
  });
  const tell = buildNotes();
  build.note?.("compiling");
  createInterface({ input: child.stderr }).on("line", (line) => build.note?.(tell(line)));
  const result = await child;
  if (!result.failed) return;
  const lines = result.stderr.split("\n").filter((line) => !isProgress(line));
  throw new ToolchainError(`go build failed in ${build.directory}:\n${lines.slice(-15).join("\n")}`);
}

/** Whether a line of `go build -v` says how far it is: a module that it downloads, or a package that it has compiled. */
function isProgress(line: string): boolean {
  return line.startsWith("go: downloading ") || /^[\w./~-]+$/.test(line);
}

/** Turns the lines of `go build -v` into notes that move: how many modules are there, how many packages are done. */
export function buildNotes(): (line: string) => string {
  let modules = 0;
  let packages = 0;
  return (line) => {
    if (line.startsWith("go: downloading ")) modules += 1;
    else if (isProgress(line)) packages += 1;
    return packages > 0 ? `compiling, ${packages} packages so far` : `downloading, ${modules} modules so far`;
  };
}

/** The arguments of `go`: no symbols and no build paths in the result, so that it is small and reproducible. */
export function goBuildArguments(build: GoBuild): string[] {
  const variables = Object.entries(build.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  return [
    "build",
    "-trimpath",
    ...(build.tags ? ["-tags", build.tags.join(",")] : []),
    "-ldflags",
    ["-s", "-w", ...variables].join(" "),
    "-o",
    build.output,
    build.package,
  ];
}

async function requireGo(): Promise<void> {
  const result = await execa("go", ["env", "GOVERSION", "GOTOOLCHAIN"], { reject: false });
  if (result.failed) throw new ToolchainError(goMissing(existsSync("/etc/debian_version")));
  const [version = "", toolchain = ""] = result.stdout.split("\n");
  const fetchesNewer = toolchain !== "local" && isAtLeast(version, "1.21.0");
  if (isAtLeast(version, GO_VERSION_MIN) || fetchesNewer) return;
  throw new ToolchainError(`Found ${version}, but Go ${GO_VERSION_MIN} or newer is needed to build here.`);
}

/** What to say where there is no Go. */
export function goMissing(onDebian: boolean): string {
  const how = onDebian
    ? "Install it: apt-get update && apt-get install -y golang-go (Debian 13), or on Debian 12 " +
      "apt-get install -y -t bookworm-backports golang-go (with backports enabled); Go then fetches the newer release it needs by itself."
    : `Install Go ${GO_VERSION_MIN} or newer so that \`go version\` works.`;
  return `The official download cannot be had here, and there is no Go to build from source. ${how}`;
}

/** Whether a Go version ("go1.26.8", "1.25") is at least another, by number. */
export function isAtLeast(version: string, least: string): boolean {
  const numbers = (text: string) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(least)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
