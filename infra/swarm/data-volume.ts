import { Volume } from "@pulumi/docker/volume.js";
import type * as pulumi from "@pulumi/pulumi";
import { labelsOf, nameIn, type Scope } from "./names.ts";

/**
 * A volume for data that must outlive the stack: Pulumi refuses to delete it, and forgets it without touching it when
 * told to. The next `up` with the same name finds the data again.
 */
export function dataVolume(name: string, scope: Scope, opts: pulumi.CustomResourceOptions): Volume {
  return new Volume(
    name,
    { name: nameIn(scope, name), labels: labelsOf(scope) },
    { ...opts, protect: true, retainOnDelete: true },
  );
}

/** A volume for what lasts only as long as a run: it goes with the stack. */
export function scratchVolume(name: string, scope: Scope, opts: pulumi.CustomResourceOptions): Volume {
  return new Volume(name, { name: nameIn(scope, name), labels: labelsOf(scope) }, opts);
}
