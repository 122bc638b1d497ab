import { createHash } from "node:crypto";

/** Which stack a thing in the engine belongs to: the start of its name, and its labels. */
export type Scope = { readonly prefix: string };

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
