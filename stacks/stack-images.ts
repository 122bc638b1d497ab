import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../infra/settings/config-error.ts";
import type { BaseImage, BaseImageName } from "../infra/swarm/base-images.ts";
import { builtImage, type ImageReference, pushBaseImage } from "../infra/swarm/image.ts";
import type { ImageRegistry } from "../infra/swarm/registry.ts";

export type StackImagesArgs = {
  /** The checkout that images are built from. */
  root: string;
  baseImages: Readonly<Record<BaseImageName, BaseImage>>;
  registry: ImageRegistry;
  /** Where images go of services that may run on any machine. */
  sharedRegistry: ImageRegistry;
  /** Whether the stack asks for certificates. */
  asksForCertificates: boolean;
  /** Whether the engine is on another machine. */
  isElsewhere: boolean;
};

/** Images of a stack's services, by digest. */
export type StackImages = Readonly<
  Record<"postgres" | "objectStore" | "edge" | "app" | "web" | "backups", ImageReference> & {
    certificates?: ImageReference;
  }
>;

/**
 * Puts the base images into the stack's registry, and builds the product's own upon them. What may run on any machine
 * goes to where any machine can have it from, and nothing else does.
 */
export function stackImages(
  { root, baseImages, registry, sharedRegistry, asksForCertificates, isElsewhere }: StackImagesArgs,
  opts: pulumi.CustomResourceOptions,
): StackImages {
  const pushed = (name: BaseImageName) => pushBaseImage(name, { base: baseImages[name], registry }, opts);
  const bases = {
    NODE_BUILD_IMAGE: pushed("node-build"),
    NODE_IMAGE: pushed("node"),
    NGINX_IMAGE: pushed("nginx"),
    BACKUP_IMAGE: pushed("backup"),
  };
  const built = (
    name: string,
    dockerfile: string,
    buildArgs: Record<string, ImageReference>,
    to: ImageRegistry = registry,
  ) => builtImage(name, { context: root, dockerfile, buildArgs, registry: to, isElsewhere }, opts);
  const { NODE_BUILD_IMAGE, NODE_IMAGE, NGINX_IMAGE, BACKUP_IMAGE } = bases;
  const certificates = () =>
    built("certificates", "certificates/Dockerfile", {
      ...{ NODE_BUILD_IMAGE, NODE_IMAGE },
      ACME_IMAGE: pushed("acme"),
    });
  return {
    postgres: pushed("postgres"),
    objectStore: pushed("minio"),
    edge: NGINX_IMAGE,
    app: built("app", "app/Dockerfile", { NODE_BUILD_IMAGE, NODE_IMAGE }, sharedRegistry),
    backups: built("backups", "backup/Dockerfile", { NODE_BUILD_IMAGE, BACKUP_IMAGE }),
    web: built("web", "app/Dockerfile.web", { NODE_BUILD_IMAGE, NGINX_IMAGE }, sharedRegistry),
    ...(asksForCertificates ? { certificates: certificates() } : {}),
  };
}

/** Images of services that may run on any machine; all others are the first machine's. */
export const SHARED_IMAGES = ["app", "web"] as const satisfies (keyof StackImages)[];

/** The images of a release that was recorded: nothing is built, and nothing pushed. Throws where one is missing. */
export function recordedImages(images: Readonly<Record<string, string>>): StackImages {
  const reference = (name: keyof StackImages) => {
    const found = images[name];
    if (!found) throw new ConfigError([`The release to go back to has no image for ${name}.`]);
    return pulumi.output(found);
  };
  return {
    postgres: reference("postgres"),
    objectStore: reference("objectStore"),
    edge: reference("edge"),
    app: reference("app"),
    web: reference("web"),
    backups: reference("backups"),
    ...(images.certificates ? { certificates: reference("certificates") } : {}),
  };
}
