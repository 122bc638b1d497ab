import { generate, readModel } from "../../../core/language-model/language-model.ts";

export interface Writing {
  readonly prompt: string;
  readonly temperature: number;
  readonly seed: number;
}

const CHARACTERS = 400;

/** Lets a downloaded model write on from the prompt, in this page. Throws when the file is of another kind. */
export function writeText(file: Uint8Array, { prompt, temperature, seed }: Writing): string {
  return generate(readModel(file), prompt, { length: CHARACTERS, temperature, seed });
}
