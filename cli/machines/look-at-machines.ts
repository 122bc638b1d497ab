import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { execa } from "execa";
import { parse } from "yaml";
import { flagValue } from "../pulumi-project.ts";
import { type Finding, findingsIn, isLeadAway, LOOKED_AT, mendingArguments } from "./findings.ts";

export type LookArgs = {
  root: string;
  stack: string;
  /** The CLI's whole environment. */
  environment: NodeJS.ProcessEnv;
  say(line: string): void;
};

/** What is with a stack's machines, as the cloud says. */
export type MachinesSeen = { findings: readonly Finding[]; isLeadAway: boolean };

const NOTHING_SEEN: MachinesSeen = { findings: [], isLeadAway: false };

/** Set for a child of a run that has looked already. */
export const LOOKED_VARIABLE = "SLIPWAY_MACHINES_LOOKED_AT";

/** Whether a stack's settings are those of machines at Oracle. */
export function hasMachines(root: string, stack: string): boolean {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return false;
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  return config?.["slipway:oracle"] !== undefined;
}

/** Runs the real CLI's refresh of the given resources alone; the launcher's own preparations are not for it. */
async function refresh({ root, stack, environment }: LookArgs, urns: readonly string[], flags: string[]) {
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const args = ["refresh", ...flags, ...targets, "--stack", stack, "--non-interactive"];
  const cli = join(root, ".slipway", "bin", "pulumi");
  const options = { cwd: root, env: environment, extendEnv: false, reject: false } as const;
  const { exitCode, stdout, stderr } = await execa(cli, args, options);
  return { exitCode, stdout, words: stripVTControlCharacters(`${stderr}\n${stdout}`.trim()) };
}

/**
 * Asks the cloud how a stack's machines, their addresses and the data volume's attachment are, and says what is
 * otherwise than the state has it. Changes nothing. A cloud that cannot be asked is left to what comes next to report.
 */
export async function lookAtMachines(args: LookArgs): Promise<MachinesSeen> {
  const { root, stack, environment, say } = args;
  if (environment[LOOKED_VARIABLE] || !hasMachines(root, stack)) return NOTHING_SEEN;
  say(`Looking at the machines of stack ${stack}.`);
  const { exitCode, stdout, words } = await refresh(args, LOOKED_AT, ["--preview-only", "--json"]);
  if (exitCode !== 0 || !stdout.startsWith("{")) {
    say(`The machines could not be looked at: ${words.split("\n").at(-1)}`);
    return NOTHING_SEEN;
  }
  const findings = findingsIn(stdout);
  for (const { node, what, remedy } of findings) say(`${node} ${what}. An up ${remedy}.`);
  return { findings, isLeadAway: isLeadAway(findings) };
}

/** Further arguments that have a command with these arguments mend what was found; none where it chooses itself. */
export function furtherArguments({ findings }: MachinesSeen, args: readonly string[]): string[] {
  const chooses = [flagValue(args, "target", "t"), flagValue(args, "exclude", "x")];
  return chooses.some((value) => value !== undefined) ? [] : mendingArguments(findings);
}

/** Tells Pulumi's state the truth of what has only changed, so that the next plan puts it right. */
export async function adoptFindings({ findings }: MachinesSeen, args: LookArgs): Promise<void> {
  const urns = findings.flatMap(({ adopt }) => adopt);
  if (urns.length === 0) return;
  const { exitCode, words } = await refresh(args, urns, ["--yes", "--skip-preview"]);
  if (exitCode !== 0) args.say(`The machines' state could not be read: ${words}`);
}
