import type { ResourceType } from "./resource-type.ts";
import { requireDomain } from "./volume.ts";

/** A question for room, kept with its answer. It is nothing in the cloud: it can't be read again, nor taken away. */
export const computeCapacityReport: ResourceType = {
  token: "oci:Core/computeCapacityReport:ComputeCapacityReport",
  kind: "computecapacityreport",
  service: "Core Compute Capacity Report",
  noun: "ComputeCapacityReport",
  required: ["availabilityDomain", "compartmentId", "shapeAvailabilities"],
  fixed: ["availabilityDomain", "compartmentId", "shapeAvailabilities"],
  updatable: [],
  create({ tenancy, faults }, inputs) {
    const { availabilityDomain, shapeAvailabilities } = inputs;
    requireDomain(tenancy, availabilityDomain);
    const occasion = { operation: "CreateComputeCapacityReport", availabilityDomain };
    const isFull = faults.take(occasion, "out-of-capacity") !== undefined;
    const answered = (shapeAvailabilities as object[]).map((shape) => ({
      ...shape,
      availabilityStatus: isFull ? "OUT_OF_HOST_CAPACITY" : "AVAILABLE",
      availableCount: isFull ? "0" : "10",
    }));
    return tenancy.add("computecapacityreport", { ...inputs, shapeAvailabilities: answered });
  },
};
