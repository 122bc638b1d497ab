import { type Static, Type } from "typebox";

/** Presets of the character-level language model; sizes are data in `core/language-model/presets.ts`. */
export const BASE_MODELS = ["char-mlp-small", "char-mlp-base"] as const;
export type BaseModel = (typeof BASE_MODELS)[number];

/** What a user may set for a training; every bound keeps a job's cost known. */
export const TrainingParametersSchema = Type.Object(
  {
    epochs: Type.Integer({ minimum: 1, maximum: 100, default: 5, description: "Passes over the rows." }),
    learning_rate: Type.Number({ minimum: 0.00001, maximum: 0.1, default: 0.003 }),
    seed: Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      default: 1,
      description: "Same seed, same dataset, same parameters: the same model.",
    }),
    batch_size: Type.Integer({ minimum: 1, maximum: 256, default: 32 }),
    held_out_fraction: Type.Number({
      minimum: 0.01,
      maximum: 0.5,
      default: 0.1,
      description: "Share of the rows kept out of training to measure the loss.",
    }),
  },
  { additionalProperties: false },
);

/** Complete parameters of one job. */
export type TrainingParameters = Static<typeof TrainingParametersSchema>;

/** Fills in the defaults, in the schema's order of keys. */
export function completeParameters(given: Partial<TrainingParameters>): TrainingParameters {
  const complete = Object.entries(TrainingParametersSchema.properties).map(([name, schema]) => [
    name,
    given[name as keyof TrainingParameters] ?? (schema as unknown as { default: number }).default,
  ]);
  return Object.fromEntries(complete) as TrainingParameters;
}
