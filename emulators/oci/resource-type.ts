import { notFound } from "./api-error.ts";
import type { Faults } from "./faults.ts";
import type { Machines } from "./machines.ts";
import type { ObjectStore } from "./object-storage.ts";
import { kindOf } from "./ocid.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

/** What the work on resources needs. */
export interface Cloud {
  readonly tenancy: Tenancy;
  readonly machines: Machines;
  readonly faults: Faults;
  readonly objectStore: ObjectStore;
}

/**
 * A resource type of `@pulumi/oci`: the inputs as its documentation has them, and what they mean here. Whatever it
 * leaves out is plain: made with its inputs and defaults, changed in place, taken away unless others name it.
 */
export interface ResourceType {
  readonly token: string;
  /** The word in its OCIDs. */
  readonly kind: string;
  /** As the provider's errors call them: "Core Vcn", and `Vcn` in operations such as CreateVcn. */
  readonly service: string;
  readonly noun: string;
  readonly operations?: { create?: string; delete?: string };
  readonly required: readonly string[];
  /** Inputs whose change makes a new resource in the old one's place. */
  readonly fixed: readonly string[];
  readonly updatable: readonly string[];
  /** Inputs that name other things, and the kind of each. */
  readonly references?: Readonly<Record<string, string>>;
  /** Inputs of `updatable` whose change replaces after all. */
  replaces?(olds: Properties, news: Properties): string[];
  /** What the cloud says of a new one besides its inputs, which win. */
  defaults?(tenancy: Tenancy, inputs: Properties): Properties;
  create?(cloud: Cloud, inputs: Properties): ResourceRecord | Promise<ResourceRecord>;
  update?(cloud: Cloud, record: ResourceRecord, news: Properties): void | Promise<void>;
  remove?(cloud: Cloud, record: ResourceRecord): void | Promise<void>;
  /** Outputs under an input's name that only making it can tell: in a preview they are unknown, never absent. */
  planned?(inputs: Properties): Properties;
  /** Properties that are worked out when someone looks. */
  view?(tenancy: Tenancy, record: ResourceRecord): Properties;
}

export const TAGS = ["definedTags", "freeformTags"] as const;
/** The inputs nearly every type has and may change. */
export const NAMED = ["compartmentId", "displayName", ...TAGS] as const;

/** Makes the plain resource: its inputs over the defaults. */
export function addPlain(
  tenancy: Tenancy,
  type: ResourceType,
  inputs: Properties,
  id?: string,
): ResourceRecord {
  const properties = { ...plainDefaults(type), ...type.defaults?.(tenancy, inputs), ...inputs };
  return tenancy.add(type.kind, properties, id === undefined ? {} : { id });
}

function plainDefaults(type: ResourceType): Properties {
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const named = type.updatable.includes("displayName") ? { displayName: `${type.kind}${stamp}` } : {};
  return { ...named, definedTags: {}, freeformTags: {}, state: "AVAILABLE" };
}

/** Throws 404 where an input names a thing that is not there, or of another kind. */
export function requireReferences(tenancy: Tenancy, type: ResourceType, inputs: Properties): void {
  for (const [input, kind] of Object.entries({ compartmentId: "compartment", ...type.references })) {
    const value = inputs[input];
    if (value === undefined) continue;
    for (const id of Array.isArray(value) ? value : [value]) {
      if (kind === "compartment" && id === tenancy.state.tenancyOcid) continue;
      if (kindOf(id) !== kind || !tenancy.find(id)) throw notFound();
    }
  }
}
