const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** The Adam optimiser (Kingma and Ba, 2015) over flat arrays. */
export class Adam {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  steps: number;

  constructor(size: number, state?: { mean: Float32Array; variance: Float32Array; steps: number }) {
    this.mean = state?.mean ?? new Float32Array(size);
    this.variance = state?.variance ?? new Float32Array(size);
    this.steps = state?.steps ?? 0;
  }

  /** Moves the weights against the gradients of a batch, and clears these. */
  step(weights: Float32Array, gradients: Float32Array, batch: number, learningRate: number): void {
    this.steps += 1;
    const rate = (learningRate * Math.sqrt(1 - BETA_2 ** this.steps)) / (1 - BETA_1 ** this.steps);
    const { mean, variance } = this;
    for (let i = 0; i < weights.length; i += 1) {
      const gradient = (gradients[i] as number) / batch;
      const m = BETA_1 * (mean[i] as number) + (1 - BETA_1) * gradient;
      const v = BETA_2 * (variance[i] as number) + (1 - BETA_2) * gradient * gradient;
      mean[i] = m;
      variance[i] = v;
      weights[i] = (weights[i] as number) - (rate * m) / (Math.sqrt(v) + EPSILON);
    }
    gradients.fill(0);
  }
}
