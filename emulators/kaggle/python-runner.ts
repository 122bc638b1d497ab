import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LogEvent } from "./api-messages.ts";
import type { KernelRun, KernelRunner } from "./kernel-runner.ts";

/** Runs the pushed script for real, with this Python, in the session's own directory and a bare environment. */
export function pythonRunner(python = "python3"): KernelRunner {
  return async (run) => {
    const script = join(run.directory, "src", "script.py");
    mkdirSync(join(run.directory, "src"), { recursive: true });
    writeFileSync(script, run.source);
    const child = spawn(python, [script], {
      cwd: join(run.directory, "working"),
      env: { PATH: process.env.PATH, HOME: run.directory, KAGGLE_KERNEL_RUN_TYPE: "Batch" },
      stdio: ["ignore", "pipe", "pipe"],
      signal: run.signal,
      killSignal: "SIGKILL",
      timeout: run.timeoutSeconds * 1000,
    });
    return await outcome(child, run);
  };
}

async function outcome(child: ChildProcess, run: KernelRun): Promise<string | undefined> {
  forward(child.stdout, "stdout", run);
  forward(child.stderr, "stderr", run);
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve(`The session could not run: ${error.message}`));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else if (signal)
        resolve(`Your notebook was stopped because it exceeded ${run.timeoutSeconds} seconds.`);
      else resolve(`Your notebook exited with code ${code}`);
    });
  });
}

function forward(stream: NodeJS.ReadableStream | null, name: LogEvent["stream_name"], run: KernelRun): void {
  if (stream) createInterface({ input: stream }).on("line", (line) => run.log(name, `${line}\n`));
}
