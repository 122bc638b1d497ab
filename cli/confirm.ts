import { createInterface } from "node:readline/promises";
import { OperatorError } from "./operator-error.ts";

/**
 * Has the operator say yes to what was just shown. Throws an OperatorError, with nothing changed, where they do not,
 * and where there is no terminal to ask on.
 */
export async function confirm(question: string, { yes }: { yes: boolean }): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new OperatorError("Nothing was changed: there is no terminal to ask on. Give --yes to do it.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Only "yes" does it: `);
    if (answer.trim() !== "yes") throw new OperatorError("Nothing was changed.");
  } finally {
    terminal.close();
  }
}
