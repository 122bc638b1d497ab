import * as pulumi from "@pulumi/pulumi";
import { dataVolumesAreProtected } from "./data-volumes-are-protected.ts";
import { imagesArePinned } from "./images-are-pinned.ts";
import { type FreeMachines, machinesFitTheQuota } from "./machines-fit-the-quota.ts";
import type { JudgedResource, Policy } from "./policy.ts";
import { sshIsForAdministrators } from "./ssh-is-for-administrators.ts";

/** The policies of a stack at Oracle. `free` is what machines may ask for where nothing may be billed. */
export function oraclePolicies({ free }: { free: FreeMachines | undefined }): Policy[] {
  return [
    sshIsForAdministrators,
    dataVolumesAreProtected,
    imagesArePinned,
    ...(free ? [machinesFitTheQuota(free)] : []),
  ];
}

/** Everything that is wrong with a resource, one line each. */
export function violations(policies: readonly Policy[], resource: JudgedResource): string[] {
  return policies.flatMap((policy) => {
    const fault = policy.fault(resource);
    return fault
      ? [`${resource.name} (${resource.type.split(":").at(-1)}) ${fault}. Policy: ${policy.title}.`]
      : [];
  });
}

/**
 * Has each resource of the running program judged when it is constructed. One that breaks a policy ends the program with
 * all that is wrong with it: in the preview, so before anything is made.
 */
export function refuseViolations(policies: readonly Policy[]): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const isProtected = "protect" in opts && opts.protect === true;
    const found = violations(policies, { type, name, inputs: props, isProtected });
    if (found.length > 0) throw new pulumi.RunError(found.join("\n"));
    return undefined;
  });
}
