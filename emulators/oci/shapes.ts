import { invalidParameter } from "./api-error.ts";
import type { Properties } from "./tenancy-state.ts";

const A1 = "VM.Standard.A1.Flex";
const MICRO = "VM.Standard.E2.1.Micro";
/** The shapes that an account may use that pays nothing. Others are known by name, and have no limit here. */
export const SHAPES = [A1, MICRO, "VM.Standard.E4.Flex", "VM.Standard.E5.Flex"] as const;
const MEMORY_PER_OCPU_GBS = 6;

/** Throws 400 for a shape that is not there, or a flexible one without its size. */
export function requireShape({ shape, shapeConfig }: Properties): void {
  if (!SHAPES.includes(shape as typeof A1)) throw invalidParameter(`Shape ${shape} is invalid`);
  const { ocpus } = (shapeConfig ?? {}) as { ocpus?: number };
  if (String(shape).endsWith(".Flex") && !(Number(ocpus) >= 1))
    throw invalidParameter(`shapeConfig.ocpus is required for shape ${shape}`);
}

/** What a machine gets: the fixed size of its shape, or what was asked for, with memory by the processors. */
export function shapeSize({ shape, shapeConfig }: Properties): Properties {
  if (shape === MICRO) return { ocpus: 1, memoryInGbs: 1 };
  const asked = (shapeConfig ?? {}) as { ocpus?: number; memoryInGbs?: number };
  const ocpus = Number(asked.ocpus ?? 1);
  return { ...asked, ocpus, memoryInGbs: Number(asked.memoryInGbs ?? ocpus * MEMORY_PER_OCPU_GBS) };
}
