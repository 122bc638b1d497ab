import { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./names.ts";

export type EngineArgs = {
  /** Where the Docker engine listens, as in DOCKER_HOST: `unix:///var/run/docker.sock`, `ssh://user@host` … */
  host: pulumi.Input<string>;
  /** Address of the stack's registry, which asks for no password: `127.0.0.1:5000`. */
  registry?: string;
  /** A registry elsewhere, and how it lets us in. */
  pullAuth?: Scope["pullAuth"];
  /** OpenSSH's configuration for a host over SSH. */
  sshConfig?: pulumi.Input<string>;
};

/** The Docker engine that a stack's resources are made on. It must be a manager of a swarm. */
export function engineProvider(name: string, args: EngineArgs, opts?: pulumi.ResourceOptions): Provider {
  const { host, registry, pullAuth, sshConfig } = args;
  return new Provider(
    name,
    {
      host,
      registryAuth: [
        ...(registry ? [{ address: `http://${registry}`, authDisabled: true }] : []),
        ...(pullAuth
          ? [{ address: pullAuth.serverAddress, username: pullAuth.username, password: pullAuth.password }]
          : []),
      ],
      ...(sshConfig ? { sshOpts: ["-F", sshConfig] } : {}),
    },
    opts,
  );
}
