import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The value of a CLI flag in any of the forms `--name v`, `--name=v`, `-n v`; undefined where it is not given. */
export function flagValue(args: readonly string[], long: string, short: string): string | undefined {
  for (const [index, argument] of args.entries()) {
    if (argument === "--") return undefined;
    if (argument === `--${long}` || argument === `-${short}`) return args[index + 1];
    if (argument.startsWith(`--${long}=`)) return argument.slice(long.length + 3);
    if (argument.startsWith(`-${short}=`)) return argument.slice(short.length + 2);
  }
  return undefined;
}

/** The directory of the Pulumi project that the CLI would use: the nearest with a Pulumi.yaml; undefined without. */
export function projectDirectory(args: readonly string[], cwd: string): string | undefined {
  let directory = resolve(cwd, flagValue(args, "cwd", "C") ?? ".");
  for (;;) {
    if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}

/** Whether a project says itself where its state is kept. */
export function projectNamesBackend(directory: string): boolean {
  return /^backend:/m.test(readFileSync(join(directory, "Pulumi.yaml"), "utf8"));
}
