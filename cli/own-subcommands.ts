import { dirname } from "node:path";

/** A subcommand that our launcher adds to Pulumi's own. */
export interface OwnSubcommand {
  /** The words after `pulumi` that call it. */
  words: readonly string[];
  /** Does it; the arguments are those after its words. Returns the exit code. */
  run(args: string[]): Promise<number>;
}

/** Every subcommand of our own. Whatever is not here goes to the real CLI untouched. */
export const OWN_SUBCOMMANDS: readonly OwnSubcommand[] = [
  {
    words: ["stack", "rollback"],
    // Loaded when it is called: the launcher is on the way of every command.
    run: async (args) => (await import("./rollback.ts")).rollback(dirname(import.meta.dirname), args),
  },
];

/** The own subcommand that the arguments call; its words must come first, before any flag. */
export function ownSubcommand(
  args: readonly string[],
  table: readonly OwnSubcommand[] = OWN_SUBCOMMANDS,
): OwnSubcommand | undefined {
  return table.find(({ words }) => words.every((word, index) => args[index] === word));
}
