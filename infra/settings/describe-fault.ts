import type { z } from "zod";
import { closestName } from "./closest-name.ts";

/** One thing wrong with the settings: where (the keys that lead there) and what. */
export type Fault = { path: readonly string[]; message: string };

type Issue = z.core.$ZodIssue;

const TYPE_NAMES: Record<string, string> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  object: "a group of settings",
  array: "a list",
};

function got(value: unknown): string {
  return `(got ${typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))})`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
}

function unknownKeys(
  issue: Extract<Issue, { code: "unrecognized_keys" }>,
  known: readonly string[],
): Fault[] {
  return issue.keys.map((key) => {
    const meant = closestName(key, known);
    const hint = meant ? `did you mean ${meant}?` : `known here: ${[...known].sort().join(", ")}`;
    return { path: [...issue.path.map(String), key], message: `unknown setting; ${hint}` };
  });
}

function messageOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type": {
      const wanted = `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
      return value === undefined ? `is missing: ${wanted}` : `${wanted} ${got(value)}`;
    }
    case "too_small":
      return `must be at least ${issue.minimum} ${got(value)}`;
    case "too_big":
      return `must be at most ${issue.maximum} ${got(value)}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")} ${got(value)}`;
    default:
      return `${issue.message} ${got(value)}`;
  }
}

/**
 * What is wrong, in words, for one of zod's issues. `knownAt` lists the settings that exist at a path,
 * to guess what a misspelt one means.
 */
export function describeFault(
  issue: Issue,
  input: unknown,
  knownAt: (path: readonly string[]) => readonly string[],
): Fault[] {
  if (issue.code === "unrecognized_keys") return unknownKeys(issue, knownAt(issue.path.map(String)));
  return [{ path: issue.path.map(String), message: messageOf(issue, at(input, issue.path)) }];
}
