import type { TrainingParameters } from "../parameters.ts";
import { Adam } from "./adam.ts";
import { restore, type Snapshot, snapshotBytes } from "./checkpoint.ts";
import type { LanguageModel } from "./language-model.ts";
import { Network } from "./network.ts";
import type { Preset } from "./presets.ts";
import { SeededRandom } from "./random.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Guesses measured after each epoch. */
const HELD_OUT_SAMPLES_MAX = 4_000;

export interface EpochFacts {
  readonly epoch: number;
  /** Mean loss in nats a character. */
  readonly trainLoss: number;
  /** On rows the model never saw. */
  readonly heldOutLoss: number;
}

/** One training, step by step; it can be put away at any step and taken up again with the same result. */
export class Training {
  readonly model: LanguageModel;
  readonly #parameters: TrainingParameters;
  readonly #train: Uint8Array;
  readonly #heldOut: Uint8Array;
  readonly #samplesPerEpoch: number;
  readonly #adam: Adam;
  readonly #random: SeededRandom;
  #epoch: number;
  #samples: number;
  #lossSum: number;

  constructor(
    preset: Preset,
    parameters: TrainingParameters,
    text: { readonly train: string; readonly heldOut: string },
    checkpoint?: Uint8Array,
  ) {
    const vocabulary = Vocabulary.of(text.train);
    const network = new Network(preset, vocabulary.size);
    this.model = { vocabulary, network };
    this.#parameters = parameters;
    this.#train = vocabulary.encode(text.train);
    this.#heldOut = vocabulary.encode(text.heldOut);
    this.#samplesPerEpoch = Math.min(this.#train.length, preset.samplesPerEpochMax);
    this.#random = new SeededRandom(parameters.seed);
    const saved = checkpoint ? restore(checkpoint, network.weights.length) : undefined;
    if (saved) network.weights.set(saved.weights);
    else network.randomise(this.#random);
    this.#adam = new Adam(network.weights.length, saved);
    if (saved) this.#random.state = saved.random;
    this.#epoch = saved?.epoch ?? 0;
    this.#samples = saved?.samples ?? 0;
    this.#lossSum = saved?.lossSum ?? 0;
  }

  get isDone(): boolean {
    return this.#epoch >= this.#parameters.epochs;
  }

  /** Share of the whole work, 0–1. */
  get progress(): number {
    return (this.#epoch + this.#samples / this.#samplesPerEpoch) / this.#parameters.epochs;
  }

  /** Learns from one batch; returns the facts of the epoch when it was the last one in it. */
  step(): EpochFacts | undefined {
    const { network } = this.model;
    const batch = Math.min(this.#parameters.batch_size, this.#samplesPerEpoch - this.#samples);
    for (let count = 0; count < batch; count += 1) {
      const position = this.#random.below(this.#train.length);
      network.forward(this.#train, position);
      this.#lossSum += network.backward(this.#train, position);
    }
    this.#adam.step(network.weights, network.gradients, batch, this.#learningRate());
    this.#samples += batch;
    return this.#samples >= this.#samplesPerEpoch ? this.#endEpoch() : undefined;
  }

  /** Everything needed to go on later. */
  checkpoint(): Uint8Array {
    const snapshot: Snapshot = {
      epoch: this.#epoch,
      samples: this.#samples,
      lossSum: this.#lossSum,
      random: this.#random.state,
      steps: this.#adam.steps,
      weights: this.model.network.weights,
      mean: this.#adam.mean,
      variance: this.#adam.variance,
    };
    return snapshotBytes(snapshot);
  }

  /** Falls to a tenth over the training. */
  #learningRate(): number {
    return this.#parameters.learning_rate * (1 - 0.9 * this.progress);
  }

  #endEpoch(): EpochFacts {
    const trainLoss = this.#lossSum / this.#samples;
    this.#epoch += 1;
    this.#samples = 0;
    this.#lossSum = 0;
    return { epoch: this.#epoch, trainLoss, heldOutLoss: meanLoss(this.model.network, this.#heldOut) };
  }
}

/** Mean loss in nats over positions spread evenly over the text. */
export function meanLoss(network: Network, ids: Uint8Array): number {
  const samples = Math.min(ids.length, HELD_OUT_SAMPLES_MAX);
  let sum = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    const position = Math.floor((sample * ids.length) / samples);
    network.forward(ids, position);
    sum -= Math.log(Math.max(network.output[ids[position] as number] as number, 1e-12));
  }
  return sum / samples;
}
