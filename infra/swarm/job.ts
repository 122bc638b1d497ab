import { fileURLToPath } from "node:url";
import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { SSH_DIRECTORY } from "./docker-client.ts";
import type { JobSpec } from "./job-command.ts";
import { nameIn, STACK_LABEL } from "./names.ts";
import type { ContainerArgs } from "./service-args.ts";

export type RunJobArgs = Omit<ContainerArgs, "args" | "tmpfsMb"> & {
  args: readonly string[];
  /** The job fails when it is not done by then. */
  timeoutSeconds: number;
  /** Where the engine listens, as in DOCKER_HOST. */
  engineHost: pulumi.Input<string>;
};

const SCRIPT = fileURLToPath(import.meta.resolve("./run-job.ts"));

/** A job as data, for a program that runs it when it is due. */
export function jobSpec(
  name: string,
  { scope, limits, ...args }: Omit<RunJobArgs, "engineHost">,
): pulumi.Output<JobSpec> {
  const named = (files: RunJobArgs["secrets"]) =>
    (files ?? []).map(({ source, path }) => ({ source: source.name, path }));
  const job = pulumi.output({
    name: nameIn(scope, name),
    image: args.image,
    args: args.args,
    user: args.user,
    ...limits,
    env: { ...args.env },
    secrets: named(args.secrets),
    configs: named(args.configs),
    volumes: { ...args.volumes },
    networks: args.networks.map(({ network }) => network.id),
    labels: { [STACK_LABEL]: scope.prefix },
    // The machine that the image was built on has it; others would have to be let into the registry.
    ...(scope.placement ? { constraint: scope.placement.data } : {}),
    timeoutSeconds: args.timeoutSeconds,
  });
  // Pulumi's types lose the shape of records on the way.
  return job as unknown as pulumi.Output<JobSpec>;
}

/** How Docker's own client reaches the engine: over SSH, with the stack's own ssh first in PATH. */
function engineEnvironment({ engineHost, scope }: Pick<RunJobArgs, "engineHost" | "scope">) {
  const ssh: Record<string, string> = scope.sshDirectory ? { [SSH_DIRECTORY]: scope.sshDirectory } : {};
  return { DOCKER_HOST: engineHost, ...ssh };
}

/**
 * Runs a container once, to its end, each time anything about it changes: image, settings, content of a secret. Fails
 * with the last lines of its log. What it does must be idempotent. A Swarm job, since only Swarm gives containers
 * secrets; driven by Docker's own client, since the provider knows no jobs: see docs/decisions/jobs.md.
 */
export function runJob(name: string, args: RunJobArgs, opts: pulumi.CustomResourceOptions): Command {
  return new Command(
    name,
    {
      create: `node ${JSON.stringify(SCRIPT)}`,
      stdin: pulumi.jsonStringify(jobSpec(name, args)),
      environment: engineEnvironment(args),
      addPreviousOutputInEnv: false,
    },
    opts,
  );
}
