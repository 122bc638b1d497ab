import { layout, Network } from "./network.ts";
import type { NetworkShape } from "./presets.ts";
import { SeededRandom } from "./random.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { Vocabulary } from "./vocabulary.ts";

const FORMAT = "slipway-char-mlp-1";

/** A trained model: what the downloaded `model.safetensors` holds. Runs in Node and in browsers. */
export interface LanguageModel {
  readonly vocabulary: Vocabulary;
  readonly network: Network;
}

/** The model as a safetensors file; `facts` are kept in its metadata. */
export function writeModel(
  { vocabulary, network }: LanguageModel,
  facts: Record<string, string> = {},
): Uint8Array {
  let start = 0;
  const tensors = layout(network.shape, network.vocabulary).map(({ name, shape }) => {
    const size = shape.reduce((product: number, length) => product * length, 1);
    start += size;
    return { name, shape, data: network.weights.subarray(start - size, start) };
  });
  const metadata = {
    ...facts,
    format: FORMAT,
    shape: JSON.stringify(network.shape),
    characters: JSON.stringify(vocabulary.characters),
  };
  return writeSafetensors({ metadata, tensors });
}

/** Reads a downloaded model; throws when the file is something else. */
export function readModel(file: Uint8Array): LanguageModel {
  const { metadata, tensors } = readSafetensors(file);
  if (metadata.format !== FORMAT) throw new Error(`not a ${FORMAT} model`);
  const shape = JSON.parse(metadata.shape ?? "") as NetworkShape;
  const vocabulary = new Vocabulary(JSON.parse(metadata.characters ?? "") as string[]);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor.data]));
  const parts = layout(shape, vocabulary.size).map(({ name }) => byName.get(name) ?? new Float32Array());
  const weights = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    weights.set(part, start);
    start += part.length;
  }
  return { vocabulary, network: new Network(shape, vocabulary.size, weights) };
}

export interface GenerateOptions {
  readonly length: number;
  readonly seed: number;
  /** Below 1 the model is surer of itself, above it wanders; above 0. */
  readonly temperature: number;
}

/** Writes on from the prompt, character by character. */
export function generate(
  { vocabulary, network }: LanguageModel,
  prompt: string,
  options: GenerateOptions,
): string {
  const random = new SeededRandom(options.seed);
  const start = vocabulary.encode(prompt);
  const ids = new Uint8Array(start.length + options.length);
  ids.set(start);
  let text = "";
  for (let position = start.length; position < ids.length; position += 1) {
    network.forward(ids, position);
    const id = draw(network.output, options.temperature, random.next());
    ids[position] = id;
    text += vocabulary.decode(id);
  }
  return text;
}

/** Picks a known character by its sharpened probability; `point` is 0–1. */
function draw(probabilities: Float32Array, temperature: number, point: number): number {
  const weights = probabilities.map((p, id) => (id === 0 ? 0 : p ** (1 / temperature)));
  let rest = point * weights.reduce((sum, weight) => sum + weight, 0);
  for (let id = 1; id < weights.length; id += 1) {
    rest -= weights[id] as number;
    if (rest <= 0) return id;
  }
  return weights.length - 1;
}
