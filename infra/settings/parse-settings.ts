import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { describeFault, type Fault } from "./describe-fault.ts";

/** Settings that are right, or everything that is wrong with them. */
export type Checked<Settings> = { settings: Settings } | { faults: readonly Fault[] };

/** The names of the settings that a schema has at a path. */
function knownSettings(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let inner: unknown = schema;
  for (const key of path) inner = inner instanceof z.ZodObject ? inner.shape[key] : undefined;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Checks settings against their schema, strictly, and finds all faults at once. */
export function checkSettings<Schema extends z.ZodType>(
  schema: Schema,
  values: unknown,
): Checked<z.infer<Schema>> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return { settings: parsed.data };
  const known = (path: readonly string[]) => knownSettings(schema, path);
  return { faults: parsed.error.issues.flatMap((issue) => describeFault(issue, values, known)) };
}

/**
 * One error for all faults of a settings file, each a line such as
 * `Pulumi.local.yaml: postgres/memoryMb: must be at least 128 (got 1) [line 12]`.
 * `lineOf` gives the line that a setting stands on, where it can be told.
 */
export function settingsError(
  file: string,
  faults: readonly Fault[],
  lineOf: (path: readonly string[]) => number | undefined = () => undefined,
): ConfigError {
  return new ConfigError(
    faults.map(({ path, message }) => {
      const line = lineOf(path);
      return `${file}: ${path.join("/")}: ${message}${line === undefined ? "" : ` [line ${line}]`}`;
    }),
  );
}
