import { join } from "node:path";
import { execa } from "execa";
import { OperatorError } from "../operator-error.ts";
import type { PulumiRun } from "../run-pulumi.ts";
import { type PlanReport, planReport } from "./plan-report.ts";

/**
 * Asks Pulumi what an `up` would change, and reports it. A preview that ends badly is reported as far as it came.
 * `env` goes on top of this process's own.
 * Throws an OperatorError with Pulumi's words where it says nothing that can be read.
 */
export async function readPlan(
  { root, stack }: PulumiRun,
  args: readonly string[] = ["preview", "--json", "--non-interactive", "--stack", stack],
  env: Record<string, string> = {},
): Promise<PlanReport> {
  const { stdout, stderr, exitCode } = await execa(join(root, "cli/bin/pulumi"), args, {
    ...{ cwd: root, env, reject: false },
  });
  if (!stdout.startsWith("{"))
    throw new OperatorError(`No plan can be made of stack ${stack}: ${stderr || stdout}`);
  // What is said beside the plan, of machines that are not as they should be; errors are in the plan itself.
  if (exitCode === 0 && stderr) process.stderr.write(`${stderr}\n`);
  return planReport(stack, stdout);
}
