import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

const project = dirname(import.meta.dirname);

/** How a command ended. `all` is what a person would have seen. */
export type Outcome = { exitCode: number | undefined; stdout: string; all: string };

/** A copy of the project in a folder of its own, as a newcomer has it: nothing installed, nothing made. */
export type Checkout = {
  root: string;
  /** Runs a command in it to its end, whatever that is; never rejects. */
  run(command: string, args: string[], options?: RunOptions): Promise<Outcome>;
  remove(): void;
};

/** `env` goes on top of a person's environment; the signal kills the command and all that it started. */
export type RunOptions = { env?: Record<string, string>; killSignal?: AbortSignal };

/** npm and vitest tell their scripts much of themselves; a person's shell has none of that. */
function personEnvironment(): NodeJS.ProcessEnv {
  const path = process.env.PATH?.split(":").filter((entry) => !entry.includes("node_modules"));
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|VITEST|PULUMI_)/.test(name),
  );
  return { ...Object.fromEntries(own), PATH: path?.join(":") };
}

function killGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

function runIn(cwd: string): Checkout["run"] {
  const shared = { ...personEnvironment(), SLIPWAY_CACHE_DIR: join(project, ".slipway/cache") };
  return async (command, args, { env = {}, killSignal } = {}) => {
    const options = { cwd, env: { ...shared, ...env }, extendEnv: false, reject: false, all: true } as const;
    // A group of its own, so that a kill takes the Pulumi engine and its plugins along, as a power cut would.
    const child = execa(command, args, { ...options, stdin: "ignore", detached: killSignal !== undefined });
    killSignal?.addEventListener("abort", () => killGroup(child.pid), { once: true });
    const { exitCode, stdout, all } = await child;
    return { exitCode, stdout, all };
  };
}

/** Copies every file that git would take from the working tree. Built tools are shared with the project's cache. */
export async function freshCheckout(): Promise<Checkout> {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execa("git", listed, { cwd: project });
  const root = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  const files = stdout.split("\0").filter((file) => file && existsSync(join(project, file)));
  for (const file of files) cpSync(join(project, file), join(root, file));
  return { root, run: runIn(root), remove: () => rmSync(root, { recursive: true, force: true }) };
}
