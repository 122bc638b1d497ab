import { join } from "node:path";
import { execa } from "execa";

export type PulumiRun = { root: string; stack: string };

/** Runs the project's Pulumi launcher with its output captured. Throws execa's error, which carries stderr. */
export async function readPulumi({ root, stack }: PulumiRun, args: string[], input = ""): Promise<string> {
  const { stdout } = await execa(
    join(root, "cli/bin/pulumi"),
    [...args, "--stack", stack, "--non-interactive"],
    {
      cwd: root,
      input,
    },
  );
  return stdout;
}

/** Runs the project's Pulumi launcher on this terminal. Returns its exit code; interrupts reach it by the terminal. */
export async function showPulumi({ root, stack }: PulumiRun, args: string[]): Promise<number> {
  const result = await execa(join(root, "cli/bin/pulumi"), [...args, "--stack", stack], {
    cwd: root,
    stdio: "inherit",
    reject: false,
  });
  return result.exitCode ?? 130;
}
