import { ExecaError, execa } from "execa";
import { ImageError } from "./image-error.ts";

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  /** Called with each line of output, of either stream. */
  onLine?: (line: string) => void;
}

const REASON_LINES = 15;

/** Runs a program and returns what it wrote: stdout, and both streams. Throws an ImageError with its last lines. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<{ stdout: string; all: string }> {
  const { onLine, ...rest } = options;
  const running = execa(file, [...args], { ...rest, all: true, maxBuffer: 50_000_000 });
  if (onLine) {
    void (async () => {
      for await (const line of running.iterable({ from: "all" })) onLine(String(line).trim());
    })().catch(() => {});
  }
  try {
    const { stdout, all } = await running;
    return { stdout: String(stdout), all: String(all) };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const reason =
      String(error.all ?? "")
        .trim()
        .split("\n")
        .slice(-REASON_LINES)
        .join("\n") || error.shortMessage;
    throw new ImageError(`\`${[file, ...args.slice(0, 3)].join(" ")} …\` failed:\n${reason}`, {
      cause: error,
    });
  }
}

/** Whether the program can be started from PATH at all. */
export async function commandExists(file: string, args: readonly string[] = ["--version"]): Promise<boolean> {
  const result = await execa(file, [...args], { reject: false, stdio: "ignore" });
  return result.code !== "ENOENT";
}
