import { Secret } from "@pulumi/docker/secret.js";
import { ServiceConfig } from "@pulumi/docker/serviceConfig.js";
import * as pulumi from "@pulumi/pulumi";
import { contentHash, labelsOf, nameIn, type Scope } from "./names.ts";

/** A Swarm secret or config that a service can mount as a file. Its name tells its content. */
export type FileSource = { readonly id: pulumi.Output<string>; readonly name: pulumi.Output<string> };

export type FileSourceArgs = { scope: Scope; content: pulumi.Input<string> };

function contentName(name: string, { scope, content }: FileSourceArgs): pulumi.Output<string> {
  const hashed = pulumi.output(content).apply((text) => nameIn(scope, `${name}-${contentHash(text)}`));
  // A twelve-digit hash of a long random secret gives nothing away, and diffs stay readable.
  return pulumi.unsecret(hashed);
}

/** The provider would delete first, which Swarm refuses while a service still mounts the old one. */
const NEW_BEFORE_OLD = { deleteBeforeReplace: false };

function base64(content: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(content).apply((text) => Buffer.from(text).toString("base64"));
}

/**
 * A Swarm secret: replicated, encrypted at rest, given to services as a file. Secrets cannot change, so new content
 * is a new secret, made before the services move to it; the old one goes when they have.
 */
export function secretFile(
  name: string,
  args: FileSourceArgs,
  opts: pulumi.CustomResourceOptions,
): FileSource {
  const data = pulumi.secret(base64(args.content));
  return new Secret(
    name,
    { name: contentName(name, args), data, labels: labelsOf(args.scope) },
    { ...opts, ...NEW_BEFORE_OLD },
  );
}

/**
 * A Swarm config: as a secret, but readable by operators. Never for anything confidential. Each content that the program
 * knows is a resource of its own: where a release is taken back, the old one is still there, and going back to it finds
 * it, while a replacement would be refused, since its name is taken.
 */
export function configFile(
  name: string,
  args: FileSourceArgs,
  opts: pulumi.CustomResourceOptions,
): FileSource {
  const { content } = args;
  const own = typeof content === "string" ? `${name}-${contentHash(content)}` : name;
  return new ServiceConfig(
    own,
    { name: contentName(name, args), data: base64(content), labels: labelsOf(args.scope) },
    // One of before had none; another config for the sake of its labels would meet the name that is taken.
    {
      ...opts,
      ...NEW_BEFORE_OLD,
      ignoreChanges: ["labels"],
      ...(own === name ? {} : { aliases: [{ name }] }),
    },
  );
}
