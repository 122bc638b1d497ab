/** What a policy sees of a resource: what the program asks for, and how Pulumi is to treat it. */
export type JudgedResource = {
  /** As in `oci:Core/instance:Instance`. */
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
  /** Whether Pulumi refuses to delete it. */
  isProtected: boolean;
};

/** A state that the program's resources must be in. */
export type Policy = {
  /** The state it demands, as a sentence. */
  title: string;
  /** What is wrong with a resource, and what to do; undefined for one that is right, or none of its business. */
  fault(resource: JudgedResource): string | undefined;
};

/** A value inside the inputs, by its path; undefined where there is none. */
export function inputAt(inputs: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
    inputs,
  );
}
