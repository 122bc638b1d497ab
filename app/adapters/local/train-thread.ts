import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { generate, writeModel } from "../../core/language-model/language-model.ts";
import { PRESETS } from "../../core/language-model/presets.ts";
import { type EpochFacts, Training } from "../../core/language-model/training.ts";
import type { BaseModel } from "../../core/parameters.ts";
import { STOP, type ThreadMessage, type TrainingTask } from "./messages.ts";

/** How long it learns before it looks for messages. */
const SLICE_MS = 40;
/** Small epochs do not each write a checkpoint. */
const CHECKPOINT_EVERY_MS = 3_000;
const SAMPLE = { length: 60, seed: 1, temperature: 0.7 };

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}

async function train(task: TrainingTask): Promise<void> {
  const preset = PRESETS[task.baseModel as BaseModel];
  const training = new Training(preset, task.parameters, task, task.checkpoint);
  let stopped = false;
  let savedAt = performance.now();
  let last: EpochFacts | undefined;
  parentPort?.on("message", (message) => {
    stopped ||= message === STOP;
  });
  const { network, vocabulary } = training.model;
  const start = task.checkpoint ? `Going on at ${Math.round(100 * training.progress)} %` : "Starting";
  say({
    type: "log",
    message: `${start}: ${network.weights.length} weights, ${vocabulary.size} characters.`,
  });
  while (!training.isDone) {
    const until = performance.now() + SLICE_MS;
    while (!training.isDone && performance.now() < until) {
      const epoch = training.step();
      if (!epoch) continue;
      last = epoch;
      say({ type: "log", message: describe(epoch, task.parameters.epochs) });
      if (performance.now() - savedAt < CHECKPOINT_EVERY_MS || training.isDone) continue;
      savedAt = performance.now();
      say({ type: "checkpoint", data: training.checkpoint() });
    }
    say({ type: "progress", fraction: training.progress });
    await setImmediate();
    if (stopped && !training.isDone) return say({ type: "stopped", data: training.checkpoint() });
  }
  const sample = generate(training.model, "\n", SAMPLE);
  say({ type: "log", message: `Sample: ${JSON.stringify(sample)}` });
  say({ type: "done", ...product(training, task, last) });
}

function product(training: Training, task: TrainingTask, last: EpochFacts | undefined) {
  const facts = { base_model: task.baseModel, parameters: JSON.stringify(task.parameters) };
  const metrics = {
    epochs: task.parameters.epochs,
    weights: training.model.network.weights.length,
    vocabulary: training.model.vocabulary.size,
    train_characters: task.train.length,
    ...(last ? { train_loss: last.trainLoss, held_out_loss: last.heldOutLoss } : {}),
    ...(last ? { held_out_perplexity: Math.exp(last.heldOutLoss) } : {}),
  };
  return { file: writeModel(training.model, facts), metrics };
}

function describe({ epoch, trainLoss, heldOutLoss }: EpochFacts, epochs: number): string {
  return `Epoch ${epoch}/${epochs}: train loss ${trainLoss.toFixed(4)}, held-out loss ${heldOutLoss.toFixed(4)}.`;
}

await train(workerData as TrainingTask);
parentPort?.close();
