import { commandOf } from "./selected-stack.ts";

/** Commands of the CLI that change what runs; `stack rollback` is our own. None of them is a preview. */
const CHANGES = new Set(["up", "update", "destroy", "down", "refresh", "import", "watch", "stack rollback"]);

const isHelp = (argument: string) => argument === "--help" || argument === "-h";

/** What a change is called in the lock and in messages, such as `up`; undefined for a command that changes nothing. */
export function changeCommand(args: readonly string[]): string | undefined {
  if (args.some((argument) => isHelp(argument) || argument === "--preview-only")) return undefined;
  const words = commandOf(args);
  const [first = "", second = ""] = words;
  return [first, `${first} ${second}`].find((command) => CHANGES.has(command));
}

/** Whether the arguments ask for the plan of an `up` alone. */
export function isPreview(args: readonly string[]): boolean {
  return ["preview", "pre"].includes(commandOf(args)[0] ?? "") && !args.some(isHelp);
}

/** Whether a change is an update of the stack to what the program says. */
export function isUp(command: string): boolean {
  return command === "up" || command === "update";
}

/** Whether a change takes the stack down. */
export function isDestroy(command: string): boolean {
  return command === "destroy" || command === "down";
}

/** Our own flag of `up`: go on even where a change puts data at risk. The real CLI does not know it. */
export const ALLOW_DATA_LOSS = "--allow-data-loss";

/** Our own flag of every change: go on though the engine that has the deploy lock does not answer. */
export const WITHOUT_LOCK = "--without-lock";

const OWN_FLAGS = new Set([ALLOW_DATA_LOSS, WITHOUT_LOCK]);

export function withoutOwnFlags(args: readonly string[]): string[] {
  return args.filter((argument) => !OWN_FLAGS.has(argument));
}

const UP_ONLY = new Set([
  "--yes",
  "--skip-preview",
  "--continue-on-error",
  "--strict",
  "--json",
  "-j",
  "--diff",
]);
const UP_ONLY_WITH_VALUE = new Set(["--secrets-provider", "--plan"]);

/** The arguments of the preview that asks for the same plan as an `up` with these arguments. */
export function previewArguments(args: readonly string[]): string[] {
  const kept: string[] = [];
  const given = withoutOwnFlags(args);
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? "";
    const name = argument.split("=")[0] ?? "";
    if (UP_ONLY_WITH_VALUE.has(name)) index += argument.includes("=") ? 0 : 1;
    else if (!UP_ONLY.has(name) && !/^-[yf]+$/.test(argument)) kept.push(argument);
  }
  const command = kept.findIndex((argument) => argument === "up" || argument === "update");
  return [...kept.with(command, "preview"), "--json", "--non-interactive"];
}
