import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** The processes that a language host has started, and that end with it at the latest. */
export interface Children {
  start(command: string, args: string[], options: SpawnOptions): ChildProcess;
  endAll(): void;
}

/** Keeps track of child processes until each has ended. */
export function trackChildren(): Children {
  const running = new Set<ChildProcess>();
  return {
    start(command, args, options) {
      const child = spawn(command, args, options);
      running.add(child);
      child.once("close", () => running.delete(child));
      return child;
    },
    endAll() {
      for (const child of running) child.kill();
    },
  };
}

/** Resolves with the exit code once the process has ended and its output has been read to the end. */
export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      code === null ? reject(new Error(`killed by ${signal}`)) : resolve(code),
    );
  });
}
