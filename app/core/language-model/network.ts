import type { NetworkShape } from "./presets.ts";
import type { SeededRandom } from "./random.ts";

/** Names and sizes of the parts of one flat array of weights, in order. */
export function layout({ context, embedding, hidden }: NetworkShape, vocabulary: number) {
  return [
    { name: "embedding", shape: [vocabulary, embedding] },
    { name: "hidden.weight", shape: [context * embedding, hidden] },
    { name: "hidden.bias", shape: [hidden] },
    { name: "output.weight", shape: [hidden, vocabulary] },
    { name: "output.bias", shape: [vocabulary] },
  ] as const;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The parts as views into `flat`. */
function views(shape: NetworkShape, vocabulary: number, flat: Float32Array) {
  let start = 0;
  const parts = layout(shape, vocabulary).map((part) => {
    const view = flat.subarray(start, start + sizeOf(part.shape));
    start += view.length;
    return view;
  });
  const [embedding, hiddenWeight, hiddenBias, outputWeight, outputBias] = parts as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return { embedding, hiddenWeight, hiddenBias, outputWeight, outputBias };
}

/**
 * A multilayer perceptron over the characters before (Bengio et al., 2003): embeddings, one hidden layer with tanh,
 * softmax over the next character. Plain loops over flat arrays; one sample at a time.
 */
export class Network {
  readonly shape: NetworkShape;
  readonly vocabulary: number;
  readonly weights: Float32Array;
  readonly gradients: Float32Array;
  readonly #w: ReturnType<typeof views>;
  readonly #g: ReturnType<typeof views>;
  readonly #input: Float32Array;
  readonly #hidden: Float32Array;
  readonly #hiddenGradient: Float32Array;
  /** Probabilities of the next character after {@link forward}. */
  readonly output: Float32Array;

  constructor(shape: NetworkShape, vocabulary: number, weights?: Float32Array) {
    const size = layout(shape, vocabulary).reduce((sum, part) => sum + sizeOf(part.shape), 0);
    if (weights && weights.length !== size)
      throw new RangeError(`${weights.length} weights where ${size} belong`);
    this.shape = shape;
    this.vocabulary = vocabulary;
    this.weights = weights ?? new Float32Array(size);
    this.gradients = new Float32Array(size);
    this.#w = views(shape, vocabulary, this.weights);
    this.#g = views(shape, vocabulary, this.gradients);
    this.#input = new Float32Array(shape.context * shape.embedding);
    this.#hidden = new Float32Array(shape.hidden);
    this.#hiddenGradient = new Float32Array(shape.hidden);
    this.output = new Float32Array(vocabulary);
  }

  /** Small random weights, scaled by the number of inputs of each layer. */
  randomise(random: SeededRandom): void {
    const { embedding, hiddenWeight, outputWeight } = this.#w;
    for (let i = 0; i < embedding.length; i += 1) embedding[i] = 0.5 * random.normal();
    const hiddenScale = 1 / Math.sqrt(this.#input.length);
    for (let i = 0; i < hiddenWeight.length; i += 1) hiddenWeight[i] = hiddenScale * random.normal();
    const outputScale = 0.5 / Math.sqrt(this.#hidden.length);
    for (let i = 0; i < outputWeight.length; i += 1) outputWeight[i] = outputScale * random.normal();
  }

  /** Guesses the character at `position` of `ids` from those before it; fills `output`. */
  forward(ids: Uint8Array, position: number): void {
    this.#embed(ids, position);
    const { hiddenWeight, hiddenBias, outputWeight, outputBias } = this.#w;
    const hidden = this.#hidden;
    hidden.set(hiddenBias);
    addProduct(hidden, this.#input, hiddenWeight);
    for (let j = 0; j < hidden.length; j += 1) hidden[j] = Math.tanh(hidden[j] as number);
    this.output.set(outputBias);
    addProduct(this.output, hidden, outputWeight);
    softmax(this.output);
  }

  /** After `forward` at the same place: adds the gradients of the true character and returns the loss in nats. */
  backward(ids: Uint8Array, position: number): number {
    const target = ids[position] as number;
    const loss = -Math.log(Math.max(this.output[target] as number, 1e-12));
    // The gradient of softmax with cross entropy is the guess minus the truth.
    this.output[target] = (this.output[target] as number) - 1;
    const { hiddenWeight, outputWeight } = this.#w;
    const hidden = this.#hidden;
    const hiddenGradient = this.#hiddenGradient;
    addTo(this.#g.outputBias, this.output);
    for (let j = 0; j < hidden.length; j += 1) {
      const value = hidden[j] as number;
      const back = backRow(this.output, outputWeight, this.#g.outputWeight, j, value);
      hiddenGradient[j] = back * (1 - value * value);
    }
    addTo(this.#g.hiddenBias, hiddenGradient);
    const { context, embedding } = this.shape;
    for (let i = 0; i < this.#input.length; i += 1) {
      const back = backRow(hiddenGradient, hiddenWeight, this.#g.hiddenWeight, i, this.#input[i] as number);
      const place = idAt(ids, position - context + Math.floor(i / embedding)) * embedding + (i % embedding);
      this.#g.embedding[place] = (this.#g.embedding[place] as number) + back;
    }
    return loss;
  }

  #embed(ids: Uint8Array, position: number): void {
    const { context, embedding } = this.shape;
    for (let slot = 0; slot < context; slot += 1) {
      const start = idAt(ids, position - context + slot) * embedding;
      for (let e = 0; e < embedding; e += 1) {
        this.#input[slot * embedding + e] = this.#w.embedding[start + e] as number;
      }
    }
  }
}

/** Before the text stands the unknown character. */
function idAt(ids: Uint8Array, position: number): number {
  return position < 0 ? 0 : (ids[position] as number);
}

/** `out += input · weight`, the weight's rows being the inputs. */
function addProduct(out: Float32Array, input: Float32Array, weight: Float32Array): void {
  const columns = out.length;
  for (let i = 0; i < input.length; i += 1) {
    const value = input[i] as number;
    const row = i * columns;
    for (let j = 0; j < columns; j += 1) out[j] = (out[j] as number) + value * (weight[row + j] as number);
  }
}

/** Adds `value · gradient` to a row of the weight's gradients; returns the gradient of the row's input. */
function backRow(
  gradient: Float32Array,
  weight: Float32Array,
  weightGradient: Float32Array,
  row: number,
  value: number,
): number {
  const start = row * gradient.length;
  let back = 0;
  for (let k = 0; k < gradient.length; k += 1) {
    const g = gradient[k] as number;
    back += g * (weight[start + k] as number);
    weightGradient[start + k] = (weightGradient[start + k] as number) + g * value;
  }
  return back;
}

function addTo(sum: Float32Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (values[i] as number);
}

function softmax(values: Float32Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > highest) highest = value;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    const power = Math.exp((values[i] as number) - highest);
    values[i] = power;
    sum += power;
  }
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) / sum;
}
