import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest, Proof } from "./manifest.ts";

/**
 * A backup as a repository lists it: without a proof it was never proven, or what came of that is damaged; `damaged`
 * where its manifest is.
 */
export type StoredBackup = { id: string } & (
  | { manifest: Manifest; proof: Proof | undefined }
  | { damaged: true }
);

/** Names of files that a backup's folder holds besides what its manifest lists. */
export const MANIFEST = "manifest.json";
export const PROOF = "proof.json";

/** What a file says; undefined where it is not there, or not as it was written. */
function parsed(path: string): unknown {
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a backup's manifest and proof from the folder that they were fetched into. */
export function readStored(id: string, directory: string): StoredBackup {
  const manifest = parsed(join(directory, MANIFEST)) as Manifest | undefined;
  if (manifest?.id !== id) return { id, damaged: true };
  return { id, manifest, proof: parsed(join(directory, PROOF)) as Proof | undefined };
}
