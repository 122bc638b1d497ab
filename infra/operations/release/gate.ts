import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { scriptCommand } from "../../swarm/script-command.ts";
import type { ReleaseSpec } from "./gate-context.ts";

export type GateArgs = {
  /** The program of the gate: a path from this folder. */
  script: string;
  release: pulumi.Input<ReleaseSpec>;
  /** What the gate is told besides. */
  spec: pulumi.Input<object>;
  /** How Docker's client reaches the engine. */
  environment: Record<string, pulumi.Input<string>>;
  /** What makes it run again, besides another release. */
  again?: pulumi.Input<string>;
};

/**
 * A step that can fail an `up`. It runs once for each release: what it is told besides may change without that. One that
 * failed, or was killed, is not in the state, and so is never green by itself.
 */
export function releaseGate(name: string, args: GateArgs, opts: pulumi.CustomResourceOptions): Command {
  const { script, release, spec, environment, again = "" } = args;
  const key = pulumi.output(release).apply(({ key }) => key);
  return new Command(
    name,
    {
      create: scriptCommand(import.meta.resolve(script)),
      update: "exit 0",
      stdin: pulumi.jsonStringify({ release, spec }),
      environment,
      triggers: [key, again],
      // Evidence is for the record; progress goes to stderr.
      logging: "stderr",
      addPreviousOutputInEnv: false,
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
