import * as pulumi from "@pulumi/pulumi";
import { SSH_DIRECTORY } from "./docker-client.ts";
import type { JobSpec } from "./job-command.ts";
import { nameIn, type Scope, STACK_LABEL } from "./names.ts";
import type { ContainerArgs } from "./service-args.ts";

export type RunJobArgs = Omit<ContainerArgs, "args" | "tmpfsMb"> & {
  args: readonly string[];
  /** The job fails when it is not done by then. */
  timeoutSeconds: number;
};

/**
 * A job as data, for a program that runs it when it is due: a container that runs once, to its end. A Swarm job, since
 * only Swarm gives containers secrets; driven by Docker's own client, since the provider knows no jobs: see
 * docs/decisions/jobs.md.
 */
export function jobSpec(name: string, { scope, limits, ...args }: RunJobArgs): pulumi.Output<JobSpec> {
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
    ...(args.readOnlyVolumes ? { readOnlyVolumes: { ...args.readOnlyVolumes } } : {}),
    networks: args.networks.map(({ network }) => network.id),
    labels: { [STACK_LABEL]: scope.prefix },
    // The machine that the image was built on has it; others would have to be let into its registry.
    ...(scope.placement ? { constraint: scope.placement.data } : {}),
    timeoutSeconds: args.timeoutSeconds,
  });
  // Pulumi's types lose the shape of records on the way.
  return job as unknown as pulumi.Output<JobSpec>;
}

/** How Docker's own client reaches the engine: over SSH, with the stack's own ssh first in PATH. */
export function engineEnvironment({
  engineHost,
  scope,
}: {
  engineHost: pulumi.Input<string>;
  scope: Scope;
}): Record<string, pulumi.Input<string>> {
  const ssh: Record<string, string> = scope.sshDirectory ? { [SSH_DIRECTORY]: scope.sshDirectory } : {};
  return { DOCKER_HOST: engineHost, ...ssh };
}
