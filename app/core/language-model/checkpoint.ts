import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** The state of a training between two steps. */
export interface Snapshot {
  readonly epoch: number;
  readonly samples: number;
  readonly lossSum: number;
  readonly random: number;
  readonly steps: number;
  readonly weights: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

const NUMBERS = ["epoch", "samples", "lossSum", "random", "steps"] as const;
const ARRAYS = ["weights", "mean", "variance"] as const;

export function snapshotBytes(snapshot: Snapshot): Uint8Array {
  return writeSafetensors({
    metadata: Object.fromEntries(NUMBERS.map((name) => [name, String(snapshot[name])])),
    tensors: ARRAYS.map((name) => ({ name, shape: [snapshot[name].length], data: snapshot[name] })),
  });
}

/** Undefined when the bytes are of another training: then it begins anew. */
export function restore(bytes: Uint8Array, weights: number): Snapshot | undefined {
  const { metadata, tensors } = readSafetensors(bytes);
  const arrays = Object.fromEntries(tensors.map(({ name, data }) => [name, data]));
  if (ARRAYS.some((name) => arrays[name]?.length !== weights)) return undefined;
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, Number(metadata[name])]));
  return { ...numbers, ...arrays } as unknown as Snapshot;
}
