import type { ResourceType } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";
import { UNKNOWN } from "./values.ts";
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
  planned: ({ shapeAvailabilities }) => ({
    shapeAvailabilities: answered(shapeAvailabilities, {
      availabilityStatus: UNKNOWN,
      availableCount: UNKNOWN,
    }),
  }),
  create({ tenancy, faults }, inputs) {
    const { availabilityDomain, shapeAvailabilities } = inputs;
    requireDomain(tenancy, availabilityDomain);
    const occasion = { operation: "CreateComputeCapacityReport", availabilityDomain };
    const isFull = faults.take(occasion, "out-of-capacity") !== undefined;
    const answer = isFull
      ? { availabilityStatus: "OUT_OF_HOST_CAPACITY", availableCount: "0" }
      : { availabilityStatus: "AVAILABLE", availableCount: "10" };
    const reported = { ...inputs, shapeAvailabilities: answered(shapeAvailabilities, answer) };
    return tenancy.add("computecapacityreport", reported);
  },
};

function answered(shapes: unknown, answer: Properties): Properties[] {
  return (shapes as Properties[]).map((shape) => ({ ...shape, ...answer }));
}
