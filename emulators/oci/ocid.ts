import { randomBytes } from "node:crypto";

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const UNIQUE_CHARACTERS = 60;
/** Kinds whose OCIDs name no region: they are the tenancy's, wherever it is used from. */
const GLOBAL_KINDS = ["tenancy", "user", "compartment", "quota"];

/** A new identifier as Oracle Cloud makes them: `ocid1.<kind>.oc1.<region>.<60 characters>`. */
export function newOcid(kind: string, region: string): string {
  const unique = [...randomBytes(UNIQUE_CHARACTERS - 8)].map((byte) => BASE32[byte % 32]).join("");
  return `ocid1.${kind}.oc1.${GLOBAL_KINDS.includes(kind) ? "" : region}.aaaaaaaa${unique}`;
}

/** The kind of thing that an OCID names, or undefined where it is none. */
export function kindOf(ocid: unknown): string | undefined {
  return /^ocid1\.([a-z]+)\.oc1\.[a-z0-9-]*\.[a-z0-9]+$/.exec(String(ocid))?.[1];
}
