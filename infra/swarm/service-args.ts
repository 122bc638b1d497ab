import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { cpus, megabytes } from "../settings/fields.ts";
import type { FileSource } from "./file-source.ts";
import type { Scope } from "./names.ts";

/** Limits of each container of a service. Passing the memory limit ends the container; processors are only slowed. */
export function limits({ memoryMbMin }: { memoryMbMin: number }) {
  return { memoryMb: megabytes(memoryMbMin), cpus: cpus() };
}

export type Limits = { memoryMb: number; cpus: number };

/** A secret or config at a path in the container, readable by its user alone. */
export type MountedFile = { source: FileSource; path: string };

/** A network a service is on, and the names it answers to there. */
export type Attachment = { network: { id: pulumi.Input<string> }; aliases: readonly string[] };

/** What a container is: the same for services that stay and for jobs that end. */
export type ContainerArgs = {
  scope: Scope;
  /** By digest: `repository@sha256:…`. */
  image: pulumi.Input<string>;
  /** Replaces the image's own command; the image's entry point stays. */
  args?: readonly string[];
  /** Numeric user id; also owns the mounted secrets. Never 0. */
  user: number;
  limits: Limits;
  env?: Readonly<Record<string, pulumi.Input<string>>>;
  secrets?: readonly MountedFile[];
  configs?: readonly MountedFile[];
  networks: readonly Attachment[];
  /** Volumes by path. */
  volumes?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Volumes of another service, by path: only read here. */
  readOnlyVolumes?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Writable memory file systems by path; `/tmp` with 64 MB is always there. Their use counts as memory. */
  tmpfsMb?: Readonly<Record<string, number>>;
};

export type HealthCheck = {
  /** Command and arguments, run in the container without a shell; exit code 0 is healthy. */
  command: readonly string[];
  /** Between checks, and before the first: the least time that a start takes. */
  intervalSeconds: number;
  /** Failures in the first so many seconds do not count. */
  startSeconds: number;
};

/** Gives mounted files the same place for every service: secrets under /run/secrets. */
export function secretAt(name: string, source: FileSource): MountedFile {
  return { source, path: `/run/secrets/${name}` };
}

export const ReplicaSettings = { replicas: z.number().int().min(1).max(32) };
