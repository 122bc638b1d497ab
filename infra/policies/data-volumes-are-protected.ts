import type { Policy } from "./policy.ts";

export const dataVolumesAreProtected: Policy = {
  title: "Volumes with data cannot be deleted by an up or a destroy",
  fault({ type, isProtected }) {
    if (type !== "oci:Core/volume:Volume" || isProtected) return undefined;
    return "can be deleted with all data on it: make it with protect: true";
  },
};
