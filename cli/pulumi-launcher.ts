// Makes sure of the pinned Pulumi CLI and becomes it. Imports on the way of a ready machine are few and light: they
// are what `npx pulumi` costs over the CLI itself.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { toolchainPaths } from "../toolchain/paths.ts";
import { readyRecord } from "../toolchain/pulumi-home.ts";
import { changeCommand, isPreview, withoutOwnFlags } from "./change-command.ts";
import { ownSubcommand } from "./own-subcommands.ts";
import { pulumiEnvironment } from "./pulumi-environment.ts";
import { projectDirectory } from "./pulumi-project.ts";
import { selectedStack, usesStackSettings } from "./selected-stack.ts";

const root = resolve(import.meta.dirname, "..");

/** Makes the CLI ready where it is not. */
async function prepare(): Promise<void> {
  const { preparePulumi } = await import("../toolchain/prepare.ts");
  const { terminalProgress } = await import("../toolchain/terminal-progress.ts");
  await preparePulumi(toolchainPaths(root), terminalProgress());
}

/** Makes the local stack's settings where a command needs them and there are none. */
async function makeLocalSettings(args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  if (!usesStackSettings(args) || existsSync(join(root, "Pulumi.local.yaml"))) return;
  if (projectDirectory(args, process.cwd()) !== root) return;
  if (selectedStack(args, environment, { directory: root, name: "slipway" }) !== "local") return;
  const { ensureLocalSettings } = await import("./local-settings.ts");
  await ensureLocalSettings({ root });
}

/**
 * What must hold before the stack changes: the deploy lock, and, for an `up`, a plan that puts no data at risk. Previews
 * of a stack with machines look at those first; all else that only reads pays nothing for it. Returns further arguments
 * of the command.
 */
async function readyForCommand(args: string[], environment: NodeJS.ProcessEnv): Promise<string[]> {
  const command = changeCommand(args);
  if (!(command || isPreview(args)) || projectDirectory(args, process.cwd()) !== root) return [];
  const stack = selectedStack(args, environment, { directory: root, name: "slipway" });
  if (!stack) return [];
  if (!command) return stack === "local" ? [] : lookBeforePreview(stack, args, environment);
  const { beforeChange } = await import("./before-change.ts");
  const further = await beforeChange({ root, stack, command, args, environment });
  const lock = process.env.SLIPWAY_DEPLOY_LOCK;
  if (lock) environment.SLIPWAY_DEPLOY_LOCK = lock;
  return further;
}

async function lookBeforePreview(stack: string, args: string[], environment: NodeJS.ProcessEnv) {
  const { furtherArguments, lookAtMachines } = await import("./machines/look-at-machines.ts");
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  return furtherArguments(await lookAtMachines({ root, stack, environment, say }), args);
}

/**
 * Runs one of our own subcommands, or replaces this process by the real CLI: signals, terminal and exit code are then
 * the CLI's own, with nothing in between that could pass an interrupt on twice, or not at all.
 */
async function launch(args: string[]): Promise<number> {
  if (!(await readyRecord(toolchainPaths(root)))) await prepare();
  const environment = pulumiEnvironment({ root, args, cwd: process.cwd(), environment: process.env });
  const own = ownSubcommand(args);
  await makeLocalSettings(args, environment);
  const further = await readyForCommand(args, environment);
  if (own) {
    Object.assign(process.env, environment);
    return own.run(args.slice(own.words.length));
  }
  const cli = join(root, ".slipway", "bin", "pulumi");
  if (!process.execve)
    throw new Error("This system cannot replace a process by another; use Linux, macOS or WSL.");
  return process.execve(
    cli,
    ["pulumi", ...withoutOwnFlags(args), ...further],
    environment as NodeJS.Dict<string>,
  );
}

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  const isKnown = error instanceof Error && /(Toolchain|Operator)Error$/.test(error.name);
  if (!isKnown) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
