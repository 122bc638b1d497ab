import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { MachineStepSpec } from "./machine-step-spec.ts";
import { scriptCommand } from "./script-command.ts";

export type MachineStepArgs = {
  /** The machine, as the stack's SSH files know it. */
  host: string;
  /** Directory of the stack's SSH files, when they are written. */
  sshDirectory: pulumi.Input<string>;
  variables?: Readonly<Record<string, pulumi.Input<string>>>;
  create: string;
  delete?: string;
  /** What the machine is: another one gets the step anew, and the old one is left as its deletion says. */
  instanceId: pulumi.Input<string>;
  timeoutSeconds: number;
  /** A machine that is just being made needs minutes. */
  connectSecondsMax?: number;
};

/**
 * Does something on a machine over SSH, each time anything about it changes: script, variables, the machine itself. Over
 * the stack's one connection to it, which the command package's own remote commands could not share; nor do they wait
 * long enough, end, or keep the key out of the state: see docs/decisions/machine-steps.md. What it prints is secret.
 */
export function machineStep(
  name: string,
  args: MachineStepArgs,
  opts: pulumi.CustomResourceOptions,
): Command {
  const spec: { [Key in keyof MachineStepSpec]: pulumi.Input<MachineStepSpec[Key]> } = {
    sshDirectory: args.sshDirectory,
    host: args.host,
    variables: pulumi.output(args.variables ?? {}) as pulumi.Output<Record<string, string>>,
    create: args.create,
    ...(args.delete === undefined ? {} : { delete: args.delete }),
    connectSecondsMax: args.connectSecondsMax ?? 600,
    timeoutSeconds: args.timeoutSeconds,
  };
  const run = scriptCommand(import.meta.resolve("./run-machine-step.ts"));
  return new Command(
    name,
    {
      create: `${run} create`,
      ...(args.delete === undefined ? {} : { delete: `${run} delete` }),
      stdin: pulumi.secret(pulumi.jsonStringify(spec)),
      triggers: [args.instanceId],
      // What a script prints may be secret; progress goes to stderr.
      logging: "stderr",
      addPreviousOutputInEnv: false,
    },
    { ...opts, deleteBeforeReplace: true, additionalSecretOutputs: ["stdout", "stderr"] },
  );
}
