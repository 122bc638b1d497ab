import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { terminalProgress } from "../toolchain/terminal-progress.ts";
import { ToolchainError } from "../toolchain/toolchain-error.ts";
import { backup } from "./backup.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { drift } from "./drift.ts";
import { lock } from "./lock.ts";
import { OperatorError } from "./operator-error.ts";
import { prune } from "./prune.ts";
import { releases } from "./releases.ts";
import { report } from "./report.ts";
import { restore } from "./restore.ts";
import { secrets } from "./secrets.ts";
import { toolchain } from "./toolchain.ts";
import { up } from "./up.ts";

const HELP = `slipway: the operator's verbs

  slipway up              bring the local stack up: everything a bare machine needs, then the stack
      --allow-data-loss   even where a change puts data at risk
  slipway down            remove what up made; the data volumes stay
      --purge             and the data: datasets, jobs and models are gone for good
  slipway doctor          what an up needs: engine, swarm, disk, tools, settings, secrets, ports, services; 1 for a fault
      --json              as JSON
  slipway toolchain       the tools and base images of this checkout, and where each was taken from
      --json              as JSON
  slipway report          what an up would change, and the downtime class of each change; changes nothing
      --stack NAME        the stack (local)
      --json, --md        as JSON, or as Markdown for a pull request
  slipway lock            who changes a stack right now, since when, and when they were last heard
      --stack NAME        the stack (local)
      --break             give up a lock that nobody renews
      --force             break even one that is alive: its run is interrupted
      --json              as JSON
  slipway releases        every release that can be gone back to, the newest first; 1 where a record was changed or lost
      --stack NAME        the stack (local)
      --json              the whole records, as JSON
  slipway drift           what runs beside what the last release left: images, environment, mounts, networks, secrets'
                          names, configurations, replicas; 1 where something differs
      --fix               put services back
      --stack NAME        the stack (local)
      --json              as JSON
  slipway prune           remove the images that neither the last five releases nor anything that runs needs
      --stack NAME        the stack (local)
      --json              as JSON
  slipway backup now      take a backup and prove it by restoring it
  slipway backup base     take a base backup, from which any later second can be gone back to (setting backups/pitr)
  slipway backup list     every backup, where it lies and whether it is proven there; the seconds to go back to;
                          1 where a place cannot be read, or the database's log is not archived
  slipway backup verify   prove a backup anew, every object of it
      --id ID             which (the newest)
      --stack NAME        the stack (local)
      --json              as JSON
  slipway restore         bring data back: shows what was written since and asks, then takes the live database's place
      --to TIME|ID        a backup's id, or a time such as 2026-11-25T14:30:00Z: that second where the stack archives
                          its log (setting backups/pitr), else the newest proven backup before it
      --into NAME         into a new database beside the live one, which stays as it is
      --yes               without asking
      --stack NAME        the stack (local)
      --json              as JSON
  slipway secrets         make the secrets that a stack lacks, encrypted into its settings file
      --stack NAME        the stack (local)
      --json              the names of those it made, as JSON
  slipway --help          this text

npx pulumi is the real Pulumi CLI for every stack: npx pulumi preview --stack local
`;

const FLAGS = {
  help: { type: "boolean", short: "h", default: false },
  purge: { type: "boolean", default: false },
  "allow-data-loss": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  md: { type: "boolean", default: false },
  break: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  fix: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  id: { type: "string" },
  to: { type: "string" },
  into: { type: "string" },
  stack: { type: "string", default: "local" },
} as const;

type Switch = "purge" | "allow-data-loss" | "json" | "md" | "break" | "force" | "fix" | "yes";
type Given = "id" | "to" | "into";
type Flags = Record<Switch, boolean> & { stack: string } & { [Name in Given]: string | undefined };

type Verb = {
  flags: string[];
  /** How many words may follow it. */
  words?: number;
  run: (root: string, flags: Flags, words: string[]) => Promise<number>;
};

/** Each verb, and the flags and words that it takes. */
const VERBS: Record<string, Verb> = {
  up: {
    flags: ["allow-data-loss"],
    run: (root, flags) => up(root, terminalProgress(), { allowDataLoss: flags["allow-data-loss"] }),
  },
  down: { flags: ["purge"], run: (root, flags) => down(root, terminalProgress(), flags) },
  doctor: { flags: ["json"], run: doctor },
  toolchain: { flags: ["json"], run: toolchain },
  report: { flags: ["stack", "json", "md"], run: report },
  lock: { flags: ["stack", "json", "break", "force"], run: lock },
  releases: { flags: ["stack", "json"], run: releases },
  drift: { flags: ["stack", "json", "fix"], run: drift },
  prune: { flags: ["stack", "json"], run: prune },
  backup: { flags: ["stack", "json", "id"], words: 1, run: backup },
  restore: { flags: ["stack", "json", "to", "into", "yes"], run: restore },
  secrets: { flags: ["stack", "json"], run: secrets },
};

function refuseStrangers(name: string, given: string[], positionals: string[]): void {
  const strange = given.filter((flag) => !VERBS[name]?.flags.includes(flag)).map((flag) => `--${flag}`);
  const [more] = [...strange, ...positionals.slice(1 + (VERBS[name]?.words ?? 0))];
  if (more !== undefined) throw new OperatorError(`slipway ${name} takes no ${more}; see slipway --help`);
}

async function run(args: string[]): Promise<number> {
  const { values, positionals, tokens } = parseArgs({
    args,
    allowPositionals: true,
    options: FLAGS,
    tokens: true,
  });
  const [name] = positionals;
  if (values.help || name === undefined) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  const verb = VERBS[name];
  if (!verb)
    throw new OperatorError(`slipway has no verb ${name}. It has: ${Object.keys(VERBS).join(", ")}.`);
  refuseStrangers(
    name,
    tokens.flatMap((token) => (token.kind === "option" ? [token.name] : [])),
    positionals,
  );
  const flags: Flags = { id: undefined, to: undefined, into: undefined, ...values };
  return verb.run(dirname(import.meta.dirname), flags, positionals.slice(1));
}

/** An operator reads what is wrong and what to do; a stack trace is for what nobody foresaw. */
function explain(error: unknown): string {
  const { message, stack, code } = error as NodeJS.ErrnoException;
  const isForeseen =
    error instanceof OperatorError || error instanceof ToolchainError || code?.startsWith("ERR_PARSE_ARGS");
  return isForeseen ? message : (stack ?? String(error));
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
}
