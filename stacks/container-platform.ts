import type { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { configFile, type FileSource } from "../infra/swarm/file-source.ts";
import type { ReleaseScope, Scope } from "../infra/swarm/names.ts";
import { overlayNetwork } from "../infra/swarm/network.ts";
import { type ImageRegistry, Registry } from "../infra/swarm/registry.ts";
import { REGISTRY_NAME } from "../infra/swarm/registry-address.ts";
import type { ContainerStackArgs } from "./container-stack.ts";
import { recordedImages, type StackImages, stackImages } from "./stack-images.ts";

/** Changes to the options of everything on the engine, where a stack has some. */
type Transformed = Pick<pulumi.ResourceOptions, "transformations">;

/** What everything else stands on, and how to make more of it. */
export type Platform = {
  scope: Scope;
  registry: ImageRegistry;
  images: StackImages;
  /** The authority of the stack's own servers, for their clients. */
  ca: FileSource;
  networks: { frontend: { id: pulumi.Output<string> }; backend: { id: pulumi.Output<string> } };
  /** Options for single resources, and for components. */
  on: { provider: Provider } & Transformed;
  inEngine: { providers: { docker: Provider } } & Transformed;
};

/** What the engine asks of everything of a stack. */
export function scopeOf({ settings, engine }: Pick<ContainerStackArgs, "settings" | "engine">): Scope {
  return { prefix: settings.namePrefix, ...engine };
}

/** Registry, images, networks and the certificate authority of a stack of containers. */
export function containerPlatform(
  args: ContainerStackArgs,
  provider: Provider,
  release: ReleaseScope,
): Platform {
  const { settings, secrets, root, baseImages, rollback } = args;
  const asksForCertificates = args.door?.certificates !== undefined;
  const transformed: Transformed = args.transformations ? { transformations: args.transformations } : {};
  const on = { provider, ...transformed };
  const inEngine = { providers: { docker: provider }, ...transformed };
  const scope = { ...scopeOf(args), release };
  const isElsewhere = scope.sshDirectory !== undefined;
  const image = baseImages.registry.imageId;
  const registry = new Registry(REGISTRY_NAME, { scope, settings: settings.registry, image }, inEngine);
  const registries = { registry, sharedRegistry: args.sharedRegistry ?? registry };
  const network = (name: string) => overlayNetwork(name, { scope, settings: settings.network }, on);
  return {
    ...{ scope, on, inEngine, registry },
    images: rollback
      ? recordedImages(rollback.images)
      : stackImages({ root, baseImages, ...registries, asksForCertificates, isElsewhere }, on),
    ca: configFile("ca", { scope, content: secrets.internalCaCertificate }, on),
    networks: { frontend: network("frontend-net"), backend: network("backend-net") },
  };
}
