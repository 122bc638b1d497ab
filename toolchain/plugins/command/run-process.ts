import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";

/** One command to run on this machine. */
export interface ProcessRequest {
  interpreter: readonly string[];
  command: string;
  dir?: string | undefined;
  environment: Record<string, string>;
  stdin?: string | undefined;
  /** Told each line as it appears. */
  line(text: string, stream: "stdout" | "stderr"): void;
}

/** What a command has written, without the last line's end. */
export interface ProcessOutput {
  stdout: string;
  stderr: string;
}

/** A command ended badly; carries what it had written. */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
  readonly output: ProcessOutput;
  constructor(message: string, output: ProcessOutput) {
    super(message);
    this.output = output;
  }
}

const running = new Set<ChildProcess>();

/** Whether a command runs. */
export function isBusy(): boolean {
  return running.size > 0;
}

/** Ends every command that runs, with all that it has started. */
export function endProcesses(): void {
  for (const { pid } of running) {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  }
}

/** Runs a command to its end. Throws ProcessError where it can't start, exits non-zero or is killed. */
export async function runProcess(request: ProcessRequest): Promise<ProcessOutput> {
  const [program = "/bin/sh", ...args] = request.interpreter;
  const child = spawn(program, [...args, request.command], {
    cwd: request.dir,
    env: { ...process.env, ...request.environment },
    // A group of its own, so that it can be ended with all that it has started.
    detached: true,
  });
  running.add(child);
  const stdout = collect(child.stdout, (line) => request.line(line, "stdout"));
  const stderr = collect(child.stderr, (line) => request.line(line, "stderr"));
  // A command need not read what it is given.
  child.stdin.on("error", () => {});
  child.stdin.end(request.stdin ?? "");
  const fault = await ended(child);
  running.delete(child);
  const output = { stdout: stdout(), stderr: stderr() };
  if (fault) throw new ProcessError(fault, output);
  return output;
}

function ended(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal ? `killed by ${signal}` : `exit status ${code}`);
    });
  });
}

/** Collects a stream's text and tells its lines. Returns what gives the whole, without the last line's end. */
function collect(stream: NodeJS.ReadableStream, line: (text: string) => void): () => string {
  const decoder = new StringDecoder();
  let text = "";
  let told = 0;
  stream.on("data", (chunk: Buffer) => {
    text += decoder.write(chunk);
    for (let end = text.indexOf("\n", told); end >= 0; end = text.indexOf("\n", told)) {
      line(text.slice(told, end));
      told = end + 1;
    }
  });
  stream.on("end", () => {
    if (told < text.length) line(text.slice(told));
  });
  return () => text.replace(/\r?\n$/, "");
}
