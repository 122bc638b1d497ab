import { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";

export type EngineArgs = {
  /** Where the Docker engine listens, as in DOCKER_HOST: `unix:///var/run/docker.sock`, `ssh://user@host` … */
  host: string;
  /** Address of the stack's registry, which asks for no password: `127.0.0.1:5000`. */
  registry: string;
};

/** The Docker engine that a stack's resources are made on. It must be a manager of a swarm. */
export function engineProvider(name: string, args: EngineArgs, opts?: pulumi.ResourceOptions): Provider {
  return new Provider(
    name,
    { host: args.host, registryAuth: [{ address: `http://${args.registry}`, authDisabled: true }] },
    opts,
  );
}
