import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupError } from "./backup-error.ts";
import { readCommand } from "./command-line.ts";
import { CONFIG_PATH } from "./config.ts";
import { openContext } from "./context.ts";
import { runCommand } from "./run-command.ts";

const started = performance.now();

/** Progress goes to standard error; standard output has one line, the result as JSON. */
function note(text: string): void {
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
}

// As process 1 of a container, Node would ignore a stop; programs that it has started end with it.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(143));

try {
  const command = readCommand(process.argv.slice(2));
  const context = await openContext(CONFIG_PATH, mkdtempSync(join(tmpdir(), "backup-")), note);
  const result = await runCommand(context, command);
  if (result !== undefined) process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  const { reason, message } = backupError(error);
  note(`failed (${reason}): ${message}`);
  // At once: work that lost its lock may still be under way.
  process.stdout.write(`${JSON.stringify({ failed: reason, message })}\n`, () => process.exit(1));
}
