import { parseArgs } from "node:util";
import { OperatorError } from "../operator-error.ts";

export type RollbackFlags = {
  stack: string | undefined;
  /** Id of a release; the one before the one that runs where none is given. */
  to: string | undefined;
  restoreData: boolean;
  giveUp: boolean;
  yes: boolean;
  json: boolean;
  help: boolean;
};

export const ROLLBACK_HELP = `pulumi stack rollback: take a stack back to a release that it has had

  npx pulumi stack rollback            to the release before the one that runs: shows what changes, and asks
      --to RELEASE        to this one; npx slipway releases lists them
      --restore-data      and the data as it was before the schema changed: what was written since leaves the app
      --give-up           gives up one that was begun and whose data is not back: the app goes on as it was
      --stack NAME, -s    the stack (the selected one)
      --yes, -y           without asking
      --json              what was done, as JSON
      --help, -h          this text

The old release goes the way of every deploy, through the same gates, and is recorded as a release of its own. Killed in
the middle, the same command finishes it.
`;

const OPTIONS = {
  stack: { type: "string", short: "s" },
  to: { type: "string" },
  "restore-data": { type: "boolean", default: false },
  "give-up": { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the arguments after `stack rollback`. Throws an OperatorError for what it does not know. */
export function rollbackArguments(args: readonly string[]): RollbackFlags {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const { stack, to, yes, json, help, "restore-data": restoreData, "give-up": giveUp } = values;
    if (giveUp && (to !== undefined || restoreData)) throw new Error("--give-up goes to no release");
    return { stack, to, yes, json, help, restoreData, giveUp };
  } catch (error) {
    throw new OperatorError(
      `${(error as Error).message}; see: npx pulumi stack rollback --help. Nothing was changed.`,
    );
  }
}
