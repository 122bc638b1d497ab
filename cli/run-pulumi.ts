import { join } from "node:path";
import { type ExecaError, execa } from "execa";
import { outliveInterrupts } from "./interrupts.ts";
import { OperatorError } from "./operator-error.ts";

export type PulumiRun = { root: string; stack: string };

/** Runs the project's Pulumi launcher with its output captured. Throws an OperatorError with Pulumi's own words. */
export async function readPulumi({ root, stack }: PulumiRun, args: string[], input = ""): Promise<string> {
  const all = [...args, "--stack", stack, "--non-interactive"];
  try {
    return (await execa(join(root, "cli/bin/pulumi"), all, { cwd: root, input })).stdout;
  } catch (error) {
    const { stderr, shortMessage } = error as ExecaError;
    const words = String(stderr ?? "").trim() || shortMessage;
    throw new OperatorError(`pulumi ${args.slice(0, 2).join(" ")}: ${words}`);
  }
}

/** `env` goes on top of this process's own; `stdout` is where its output goes. */
export type ShowOptions = { env?: Record<string, string>; stdout?: "inherit" | typeof process.stderr };

/**
 * Runs the project's Pulumi launcher on this terminal. Returns its exit code. An interrupt lets Pulumi end what it has
 * begun and write its state; throws an OperatorError then.
 */
export async function showPulumi(
  { root, stack }: PulumiRun,
  args: string[],
  { env = {}, stdout = "inherit" }: ShowOptions = {},
): Promise<number> {
  const child = execa(join(root, "cli/bin/pulumi"), [...args, "--stack", stack], {
    ...{ cwd: root, env, reject: false },
    stdio: ["inherit", stdout, "inherit"],
  });
  const { end, interrupted } = await outliveInterrupts(child);
  if (interrupted)
    throw new OperatorError("Interrupted. What is done is kept: the same command goes on from here.");
  return end.exitCode ?? 1;
}
