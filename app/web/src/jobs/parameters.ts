import type { Job, NewJob } from "../api/client.ts";

export type ParameterName = keyof Job["parameters"];

interface Parameter {
  readonly label: string;
  readonly hint: string;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** What a job's training can be told; `parameters.test.ts` holds the numbers to the API's document. */
export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = {
  epochs: {
    label: "Epochs",
    hint: "Passes over the rows, 1 to 100.",
    initial: 5,
    min: 1,
    max: 100,
    isWhole: true,
  },
  learning_rate: {
    label: "Learning rate",
    hint: "0.00001 to 0.1.",
    initial: 0.003,
    min: 0.00001,
    max: 0.1,
    isWhole: false,
  },
  batch_size: {
    label: "Batch size",
    hint: "1 to 256 guesses a step.",
    initial: 32,
    min: 1,
    max: 256,
    isWhole: true,
  },
  held_out_fraction: {
    label: "Held-out share",
    hint: "0.01 to 0.5 of the rows, to measure the loss.",
    initial: 0.1,
    min: 0.01,
    max: 0.5,
    isWhole: false,
  },
  seed: {
    label: "Seed",
    hint: "The same seed gives the same model.",
    initial: 1,
    min: 0,
    max: 2_147_483_647,
    isWhole: true,
  },
};

export const PARAMETER_NAMES = Object.keys(PARAMETERS) as ParameterName[];

type BaseModel = NewJob["base_model"];

/** The models a job can start from. */
export const BASE_MODELS: Readonly<Record<BaseModel, { readonly label: string; readonly hint: string }>> = {
  "char-mlp-small": { label: "Small", hint: "char-mlp-small · seconds for an epoch" },
  "char-mlp-base": { label: "Base", hint: "char-mlp-base · better, some times slower" },
};

/** Why a typed value will not do, or undefined when it will. */
export function parameterFault(name: ParameterName, text: string): string | undefined {
  const { min, max, isWhole } = PARAMETERS[name];
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) return "Enter a number.";
  if (isWhole && !Number.isInteger(value)) return "Enter a whole number.";
  return value < min || value > max ? `Must be between ${min} and ${max}.` : undefined;
}
