import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export type ProgramRun = {
  input?: string;
  env?: Readonly<Record<string, string>>;
};

export type Outcome = { exitCode: number; stdout: string; stderr: string };

/** Sees to it that a program does not go on when this process ends. */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): void {
  const end = () => void child.kill(signal);
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
}

/** Runs a program to its end, whatever that is. Rejects only where it cannot be started. */
export async function runProgram(
  command: string,
  args: readonly string[],
  { input = "", env = {} }: ProgramRun = {},
): Promise<Outcome> {
  const child = spawn(command, [...args], { env: { ...process.env, ...env } });
  endWithUs(child);
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  // A program that ends before it has read its input is known by its exit code.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [exitCode, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { exitCode, stdout, stderr };
}

/** The last lines of a program's words, for an error. */
export function lastWords({ stderr, stdout }: Outcome, lines = 5): string {
  return (stderr.trim() || stdout.trim()).split("\n").slice(-lines).join("\n");
}
