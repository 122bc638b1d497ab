import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../env.ts";

const START_MAX_MS = 60_000;

/** One of the app's processes as it runs in production: its own process, its own signals. */
export interface AppProcess {
  readonly pid: number;
  /** Whole lines of stdout so far: the log. */
  readonly lines: string[];
  /** All of stderr so far. */
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves with the first log line whose `msg` this is. */
  logged(msg: string): Promise<Record<string, unknown>>;
}

/** Runs a file under this Node with this environment alone. Files: `app/api/main.ts`, or a bundle's. */
export function startAppProcess(file: string, environment: Environment): AppProcess {
  const env = { NODE_OPTIONS: "--max-semi-space-size=4", ...environment };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    async logged(msg) {
      const deadline = Date.now() + START_MAX_MS;
      for (;;) {
        const found = lines.find((line) => line.includes(`"msg":${JSON.stringify(msg)}`));
        if (found) return JSON.parse(found);
        if (hasEnded || Date.now() > deadline)
          throw new Error(`never logged "${msg}": ${stderr}${lines.join("\n")}`);
        await sleep(20);
      }
    },
  };
}
