import { Container } from "@pulumi/docker/container.js";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { megabytes, port } from "../settings/fields.ts";
import { dataVolume } from "./data-volume.ts";
import { labelsOf, nameIn, type Scope } from "./names.ts";
import { registryAddress } from "./registry-address.ts";

export const RegistrySettings = z.strictObject({
  /** Port on this machine's loopback address, where the engine pushes and pulls. */
  port: port(),
  /** An idle registry holds about 10 MB; a push needs some more for each layer in flight. */
  memoryMb: megabytes(32),
  /** The provider reads finer steps back wrongly, so they would be a change at every `up`. */
  cpus: z.number().min(0.25).max(8).multipleOf(0.25, { error: "must be a multiple of 0.25" }),
});

/** Where images are pushed to and pulled from. */
export type ImageRegistry = {
  /** Host and port, or host and path, as images' names begin with. */
  readonly address: string;
  /** Changes when the registry is made anew, and may have lost its images. */
  readonly instance: pulumi.Input<string>;
};

export type RegistryArgs = {
  scope: Scope;
  settings: z.infer<typeof RegistrySettings>;
  /** Id of an image that the engine has: a registry cannot be pulled from itself. */
  image: string;
};

const USER = 1000;

/**
 * The stack's own registry of images. It listens on the loopback address alone and asks for no password: whoever can
 * reach it can use the engine anyway. A plain container, since Swarm publishes ports on every address: see
 * docs/decisions/registry.md.
 */
export class Registry extends pulumi.ComponentResource {
  /** Host and port, as images' names begin with. */
  readonly address: string;
  /** Changes when the registry is made anew, and may have lost its images. */
  readonly instance: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:swarm:Registry", name, {}, opts);
    this.address = registryAddress(args.settings);
    const data = dataVolume(`${name}-data`, args.scope, { parent: this });
    const container = registryContainer(name, args, data.name, { parent: this });
    this.instance = container.id;
    this.registerOutputs({ address: this.address });
  }
}

function registryContainer(
  name: string,
  { scope, settings, image }: RegistryArgs,
  volumeName: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): Container {
  return new Container(
    name,
    {
      name: nameIn(scope, name),
      image,
      labels: labelsOf(scope),
      user: `${USER}:${USER}`,
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      tmpfs: { "/tmp": "size=64m" },
      volumes: [{ volumeName, containerPath: "/var/lib/registry" }],
      ports: [{ internal: 5000, external: settings.port, ip: "127.0.0.1", protocol: "tcp" }],
      memory: settings.memoryMb,
      memorySwap: settings.memoryMb,
      cpus: cpusText(settings.cpus),
      logDriver: "json-file",
      logOpts: { "max-file": "3", "max-size": "10m" },
      restart: "unless-stopped",
      healthcheck: healthcheck(),
      wait: true,
      waitTimeout: 60,
      destroyGraceSeconds: 10,
    },
    opts,
  );
}

/** A number of processors as the provider reads it back: 1 is `1.0`. Anything else would be a change at every `up`. */
export function cpusText(cpus: number): string {
  return Number.isInteger(cpus) ? cpus.toFixed(1) : String(cpus);
}

function healthcheck() {
  return {
    tests: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:5000/v2/"],
    interval: "2s",
    timeout: "5s",
    retries: 5,
    startPeriod: "10s",
  };
}
