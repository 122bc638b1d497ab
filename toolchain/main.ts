import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { prepareToolchain, TOOLCHAIN_PARTS, type ToolchainPart } from "./prepare.ts";
import { renderStatus, toolchainStatus } from "./status.ts";
import { terminalProgress } from "./terminal-progress.ts";
import { ToolchainError } from "./toolchain-error.ts";

const USAGE = `Usage: node toolchain/main.ts <command>

  prepare [--only engine,pulumi,images,schemathesis] [--notes-in DIRECTORY] [--json]
                                          make sure of everything that a deploy needs on this machine; notes on
                                          another engine's images go into a directory of their own
  status [--json]                         what is there, and where it was taken from
`;

const root = resolve(import.meta.dirname, "..");

/** Runs one command. Returns the exit code. */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      only: { type: "string" },
      "notes-in": { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (positionals.join(" ") === "prepare") {
    await prepareToolchain({
      root,
      ...(values.only === undefined ? {} : { only: partsIn(values.only) }),
      ...(values["notes-in"] === undefined ? {} : { imageNotes: values["notes-in"] }),
      progress: terminalProgress(),
    });
    if (values.json) process.stdout.write(`${JSON.stringify(await toolchainStatus(root), null, 2)}\n`);
    return 0;
  }
  if (positionals.join(" ") === "status") {
    const status = await toolchainStatus(root);
    process.stdout.write(values.json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status));
    return 0;
  }
  process.stderr.write(USAGE);
  return 2;
}

function partsIn(list: string): ToolchainPart[] {
  return list.split(",").map((name) => {
    const part = TOOLCHAIN_PARTS.find((known) => known === name);
    if (!part) throw new ToolchainError(`--only: ${name} is not one of ${TOOLCHAIN_PARTS.join(", ")}`);
    return part;
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ToolchainError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
