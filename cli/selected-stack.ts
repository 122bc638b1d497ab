import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { flagValue } from "./pulumi-project.ts";

/** Commands of the CLI that read a stack's settings file. */
const USES_SETTINGS = new Set([
  "up",
  "update",
  "preview",
  "pre",
  "destroy",
  "down",
  "refresh",
  "watch",
  "import",
]);
/** Flags before the command that take a value of their own. */
const VALUE_FLAGS = new Set([
  "-C",
  "--cwd",
  "--color",
  "-v",
  "--verbose",
  "--profiling",
  "--tracing",
  "--memprofilerate",
]);

/** The arguments from the command's own first word on: without the flags before it. */
export function commandOf(args: readonly string[]): readonly string[] {
  let index = 0;
  while (args[index]?.startsWith("-")) index += VALUE_FLAGS.has(args[index] ?? "") ? 2 : 1;
  return args.slice(index);
}

/** Whether the arguments call a command that reads a stack's settings. */
export function usesStackSettings(args: readonly string[]): boolean {
  return USES_SETTINGS.has(commandOf(args)[0] ?? "");
}

/** The name of the stack that the CLI would use, without organization and project; undefined where none is selected. */
export function selectedStack(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  project: { directory: string; name: string },
): string | undefined {
  const full =
    flagValue(args, "stack", "s") ?? environment.PULUMI_STACK ?? rememberedStack(environment, project);
  return full?.split("/").at(-1) || undefined;
}

/** What `pulumi stack select` has left: a file in the home, named by the project and a hash of its Pulumi.yaml's path. */
function rememberedStack(
  environment: NodeJS.ProcessEnv,
  project: { directory: string; name: string },
): string | undefined {
  const hash = createHash("sha1").update(join(project.directory, "Pulumi.yaml")).digest("hex");
  const file = join(environment.PULUMI_HOME ?? "", "workspaces", `${project.name}-${hash}-workspace.json`);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { stack?: string }).stack;
}
