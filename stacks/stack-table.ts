import { ConfigError } from "../infra/settings/config-error.ts";
import { local } from "./local.ts";
import { prod } from "./prod.ts";
import type { StackContext } from "./stack-context.ts";

/** The program of each stack that can be brought up, by its name. */
const STACKS = { local, prod } satisfies Record<
  string,
  (context: StackContext) => Promise<Record<string, unknown>>
>;

/** The program of a stack. Throws a ConfigError that names the known ones. */
export function stackNamed(name: string): (context: StackContext) => Promise<Record<string, unknown>> {
  if (Object.hasOwn(STACKS, name)) return STACKS[name as keyof typeof STACKS];
  throw new ConfigError([
    `There is no stack named ${name}: the stacks are ${Object.keys(STACKS).join(", ")}.`,
  ]);
}
