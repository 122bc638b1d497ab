import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { toolchainPaths } from "../toolchain/paths.ts";

const project = dirname(import.meta.dirname);

/** How a command ended. `all` is what a person would have seen. */
export type Outcome = { exitCode: number | undefined; stdout: string; all: string };

/** A copy of the project in a folder of its own, as a newcomer has it: nothing made. */
export type Checkout = {
  root: string;
  /** Runs a line of shell in it, as a person types it, to its end, whatever that is; never rejects. */
  shell(line: string, options?: RunOptions): Promise<Outcome>;
  /** The same without a shell: no character of an argument means anything. */
  run(command: string, args: string[], options?: RunOptions): Promise<Outcome>;
  remove(): void;
};

/**
 * How a command is cut off, at the first moment the screen matches: Ctrl-C is typed on a terminal of its own; SIGTERM
 * reaches the command alone, as from a CI runner; SIGKILL everything it started too, as a power cut would.
 */
export type Interruption = { at: RegExp; by: "Ctrl-C" | "SIGTERM" | "SIGKILL" };

/** `env` goes on top of a person's environment. */
export type RunOptions = { env?: Record<string, string>; interruption?: Interruption };

/** npm and vitest tell their scripts much of themselves; a person's shell has none of that. */
function personEnvironment(): NodeJS.ProcessEnv {
  const path = process.env.PATH?.split(":").filter((entry) => !entry.includes("node_modules"));
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|VITEST|PULUMI_)/.test(name),
  );
  return { ...Object.fromEntries(own), PATH: path?.join(":") };
}

type Running = { pid?: number | undefined; all: Readable; stdin: Writable | null };

const INTERRUPT_KEY = "\x03";

function interruptOnce({ pid = 0, all, stdin }: Running, { at, by }: Interruption): void {
  let seen = "";
  const onData = (chunk: Buffer) => {
    seen += chunk;
    // A terminal's colours stand between the words.
    if (!at.test(stripVTControlCharacters(seen))) return;
    all.off("data", onData);
    if (by === "Ctrl-C") stdin?.write(INTERRUPT_KEY);
    else process.kill(by === "SIGKILL" ? -pid : pid, by);
  };
  all.on("data", onData);
}

/** The command on a terminal of its own. */
function onTerminal(command: string, args: string[]): [string, string[]] {
  return ["script", ["--quiet", "--return", "--command", [command, ...args].join(" "), "/dev/null"]];
}

function runIn(cwd: string): Checkout["run"] {
  const shared = { ...personEnvironment(), SLIPWAY_CACHE_DIR: toolchainPaths(project).cache };
  return async (command, args, { env = {}, interruption } = {}) => {
    const options = { cwd, env: { ...shared, ...env }, extendEnv: false, reject: false, all: true } as const;
    const isTyped = interruption?.by === "Ctrl-C";
    const [file, list] = isTyped ? onTerminal(command, args) : [command, args];
    // A group of its own, that can be killed whole.
    const own = { stdin: isTyped ? "pipe" : "ignore", detached: interruption !== undefined } as const;
    const child = execa(file, list, { ...options, ...own });
    if (interruption) interruptOnce(child, interruption);
    const { exitCode, stdout, all } = await child;
    return { exitCode, stdout, all: isTyped ? stripVTControlCharacters(all) : all };
  };
}

/** As links to the project's own: for whoever is not there to see them installed, which takes half a minute. */
async function linkPackages(root: string): Promise<void> {
  for (const folder of ["node_modules", "app/node_modules"]) {
    const [from, to] = [join(project, folder), join(root, folder)];
    const { failed } = await execa("cp", ["--archive", "--link", from, to], { reject: false });
    // On another file system, say. The first command installs them then.
    if (failed) rmSync(to, { recursive: true, force: true });
  }
}

/**
 * Copies every file that git would take from the working tree. Built tools are shared with the project's cache, and
 * packages with the project itself where they are `installed`.
 */
export async function freshCheckout({ installed = false } = {}): Promise<Checkout> {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execa("git", listed, { cwd: project });
  const root = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  const files = stdout.split("\0").filter((file) => file && existsSync(join(project, file)));
  for (const file of files) cpSync(join(project, file), join(root, file));
  if (installed) await linkPackages(root);
  const run = runIn(root);
  const shell: Checkout["shell"] = (line, options) => run("sh", ["-c", line], options);
  // Who keeps the last run's lock may write a line meanwhile.
  const remove = () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 1_000 });
  return { root, run, shell, remove };
}
