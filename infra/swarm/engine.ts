import { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";

export type RegistryLogin = {
  /** Host of the registry. */
  address: string;
  username: pulumi.Input<string>;
  password: pulumi.Input<string>;
};

export type EngineArgs = {
  /** Where the Docker engine listens, as in DOCKER_HOST: `unix:///var/run/docker.sock`, `ssh://user@host` … */
  host: pulumi.Input<string>;
  /** Address of the stack's registry, which asks for no password: `127.0.0.1:5000`. */
  registry: string;
  /** A registry elsewhere, and how it lets us in. Swarm hands it on to the machines that pull from there. */
  registryLogin?: RegistryLogin;
  /** OpenSSH's configuration for a host over SSH. */
  sshConfig?: pulumi.Input<string>;
};

/** The Docker engine that a stack's resources are made on. It must be a manager of a swarm. */
export function engineProvider(name: string, args: EngineArgs, opts?: pulumi.ResourceOptions): Provider {
  const { host, registry, registryLogin, sshConfig } = args;
  return new Provider(
    name,
    {
      host,
      registryAuth: [
        { address: `http://${registry}`, authDisabled: true },
        ...(registryLogin ? [registryLogin] : []),
      ],
      ...(sshConfig ? { sshOpts: ["-F", sshConfig] } : {}),
    },
    opts,
  );
}
