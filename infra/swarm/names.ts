import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";

/** Which stack a thing in the engine belongs to, and what that stack's engine asks of everything on it. */
export type Scope = {
  /** The start of its name; also in its labels. */
  readonly prefix: string;
  /** Where services run, where the engine is of machines that differ: Swarm's constraints. */
  readonly placement?: Placement;
  /** Directory of the SSH files that an engine elsewhere is reached with. */
  readonly sshDirectory?: string;
  /** The release that the stack's services are changed by, all of them or none. */
  readonly release?: ReleaseScope;
};

export type Placement = {
  /** For services with volumes. */
  readonly data: string;
  /** For those with ports of the machine. */
  readonly door: string;
  /** For all others. */
  readonly others: string;
  /** How many machines there are. With another number, all others are started anew, which spreads them. */
  readonly machines: number;
};

/** What services and the release that they are part of must know of one another. */
export type ReleaseScope = {
  /** Another number asks once more for what was put back. */
  readonly attempt: number;
  /** Is there before any service changes. */
  readonly begun: pulumi.Input<pulumi.Resource>;
  /** What is done where the update fails of a service that is waited for by itself. */
  readonly onFailure: pulumi.ErrorHook;
  /** Told of each service, and of what it is asked to be. */
  readonly join: (service: pulumi.Resource, asked: { name: string; spec: pulumi.Output<string> }) => void;
};

/** The label that every service, container, volume, network, secret and config of a stack carries. */
export const STACK_LABEL = "slipway.stack";

/** The name of a thing in the engine. */
export function nameIn(scope: Scope, name: string): string {
  return `${scope.prefix}-${name}`;
}

/** The labels of everything that a stack makes in the engine. */
export function labelsOf(scope: Scope): { label: string; value: string }[] {
  return [{ label: STACK_LABEL, value: scope.prefix }];
}

/** Twelve hexadecimal characters that stand for a content: other content, other name. */
export function contentHash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

/** Environment variable with the id of the deploy lock that a process runs under. */
export const DEPLOY_LOCK_VARIABLE = "SLIPWAY_DEPLOY_LOCK";

/** Label of a deploy lock that was taken again in a new swarm: the id of the one that went with the old one. */
export const LOCK_BEFORE_LABEL = "slipway.lock-before";
