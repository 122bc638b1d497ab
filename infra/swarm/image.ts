import { join } from "node:path";
import { RegistryImage } from "@pulumi/docker/registryImage.js";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import { Tag } from "@pulumi/docker/tag.js";
import * as pulumi from "@pulumi/pulumi";
import type { BaseImage } from "./base-images.ts";
import { BUILD_DIRECTORY } from "./build-authority.ts";
import { hashOfInputs } from "./build-inputs.ts";
import type { ImageRegistry } from "./registry.ts";

/** An image in the stack's registry, by digest: `127.0.0.1:5000/slipway/app@sha256:…`. */
export type ImageReference = pulumi.Output<string>;

type Pushed = { repository: string; tag: string; imageId: pulumi.Input<string>; registry: ImageRegistry };

/** Pushes a tagged image once for each content and each instance of the registry; old content stays there. */
function push(name: string, pushed: Pushed, opts: pulumi.CustomResourceOptions): ImageReference {
  const { repository, tag, imageId, registry } = pushed;
  const image = new RegistryImage(
    name,
    {
      name: `${repository}:${tag}`,
      keepRemotely: true,
      triggers: { imageId, registry: registry.instance },
    },
    opts,
  );
  return pulumi.interpolate`${repository}@${image.sha256Digest}`;
}

export type BaseImageArgs = { base: BaseImage; registry: ImageRegistry };

/** Puts a base image that the engine has into the stack's registry. */
export function pushBaseImage(
  name: string,
  { base, registry }: BaseImageArgs,
  opts: pulumi.CustomResourceOptions,
): ImageReference {
  const [path, tag] = base.reference.split(":") as [string, string];
  const repository = `${registry.address}/${path}`;
  const tagged = new Tag(
    `${name}-tag`,
    { sourceImage: base.imageId, targetImage: `${repository}:${tag}` },
    opts,
  );
  return push(name, { repository, tag, imageId: base.imageId, registry }, { ...opts, dependsOn: tagged });
}

export type BuiltImageArgs = {
  /** Directory that the Dockerfile's paths start from. */
  context: string;
  /** Path of the Dockerfile in the context. */
  dockerfile: string;
  buildArgs: Readonly<Record<string, pulumi.Input<string>>>;
  registry: ImageRegistry;
  /** Whether the engine is on another machine. */
  isElsewhere: boolean;
};

/**
 * Builds an image from the checkout on the engine itself, so for the engine's own kind of processor, and pushes it.
 * Built again only when the Dockerfile, a file it copies, or a build argument changes.
 */
export function builtImage(
  name: string,
  { context, dockerfile, buildArgs, registry, isElsewhere }: BuiltImageArgs,
  opts: pulumi.CustomResourceOptions,
): ImageReference {
  const repository = `${registry.address}/slipway/${name}`;
  const tag = hashOfInputs(context, dockerfile);
  const image = new RemoteImage(
    `${name}-build`,
    {
      name: `${repository}:${tag}`,
      build: {
        ...{ context, dockerfile, buildArgs: { ...buildArgs }, forceRemove: true },
        // The error of a failed build names the command that failed; what that command said is here.
        buildLogFile: join(context, BUILD_DIRECTORY, `${name}.log`),
        // The provider's other way asks Docker's client for the engine, which knows only this machine's: the image
        // would be built here, and missed there. This one writes no log.
        ...(isElsewhere ? { useLegacyBuilder: true } : {}),
      },
      triggers: { inputs: tag },
      // Swarm's record of old tasks still names old images; pruning is not an update's business.
      keepLocally: true,
    },
    opts,
  );
  return push(name, { repository, tag, imageId: image.imageId, registry }, opts);
}
