import * as pulumi from "@pulumi/pulumi";
import { type FileSource, secretFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { type MountedFile, secretAt } from "../swarm/service-args.ts";

/** The app's secrets as files in its containers: the path is the value of `NAME_FILE`. */
export type AppSecrets = {
  readonly databaseUrl: MountedFile;
  readonly objectStoreUser: MountedFile;
  readonly objectStorePassword: MountedFile;
  readonly apiTokens: MountedFile;
};

export type AppSecretsArgs = { scope: Scope } & Readonly<Record<keyof AppSecrets, pulumi.Input<string>>>;

/** Makes the Swarm secrets that the app's services share. */
export function appSecrets(args: AppSecretsArgs, opts: pulumi.CustomResourceOptions): AppSecrets {
  const file = (name: string, content: pulumi.Input<string>) =>
    secretAt(name, secretFile(`app-${name}`, { scope: args.scope, content }, opts));
  return {
    databaseUrl: file("database-url", args.databaseUrl),
    objectStoreUser: file("object-store-user", args.objectStoreUser),
    objectStorePassword: file("object-store-password", args.objectStorePassword),
    apiTokens: file("api-tokens", args.apiTokens),
  };
}

/** What every process of the app is wired to. */
export type AppWires = {
  scope: Scope;
  image: ImageReference;
  /** The authority that the app checks the servers of the stack against. */
  ca: FileSource;
  secrets: AppSecrets;
  objectStoreEndpoint: string;
  /** Where browsers reach the stack. */
  publicUrl: pulumi.Input<string>;
  /** Version of the app, from its package. */
  version: string;
};

/** Numeric user of the app's image. */
export const APP_USER = 1000;

export const APP_PORT = 8080;

export const CA_PATH = "/run/ca/ca.crt";

/** The release that an image is: the start of its digest, until releases are recorded. */
export function releaseOf(image: ImageReference): pulumi.Output<string> {
  return pulumi.output(image).apply((reference) => reference.split("@sha256:")[1]?.slice(0, 12) ?? "unknown");
}
