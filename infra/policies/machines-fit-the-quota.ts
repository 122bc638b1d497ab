import { inputAt, type Policy } from "./policy.ts";

/** What all machines of a stack may ask for together, so that nothing is billed. */
export type FreeMachines = { armOcpus: number; armMemoryGb: number; microMachines: number };

const ARM_SHAPE = "VM.Standard.A1.Flex";
const MICRO_SHAPE = "VM.Standard.E2.1.Micro";

/** Demands machines that are free, of a stack that may cost nothing. Counts those that it has seen. */
export function machinesFitTheQuota(free: FreeMachines): Policy {
  const used: FreeMachines = { armOcpus: 0, armMemoryGb: 0, microMachines: 0 };
  return {
    title: "Machines together are no larger than what is free",
    fault({ type, inputs }) {
      if (type !== "oci:Core/instance:Instance") return undefined;
      const { shape } = inputs;
      if (shape === MICRO_SHAPE) used.microMachines += 1;
      else if (shape === ARM_SHAPE) {
        used.armOcpus += Number(inputAt(inputs, "shapeConfig", "ocpus") ?? 1);
        used.armMemoryGb += Number(inputAt(inputs, "shapeConfig", "memoryInGbs") ?? 6);
      } else return `has the shape ${shape}, which costs money: choose ${ARM_SHAPE} or ${MICRO_SHAPE}`;
      return overQuota(used, free);
    },
  };
}

function overQuota(used: FreeMachines, free: FreeMachines): string | undefined {
  const over = (Object.keys(free) as (keyof FreeMachines)[]).find((what) => used[what] > free[what]);
  if (!over) return undefined;
  return `brings ${over} to ${used[over]}, of which ${free[over]} are free: make machines smaller or fewer`;
}
