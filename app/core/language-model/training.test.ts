import { expect, test } from "vitest";
import { completeParameters } from "../parameters.ts";
import { generate, readModel, writeModel } from "./language-model.ts";
import { SeededRandom } from "./random.ts";
import { splitRows } from "./split.ts";
import { type EpochFacts, Training } from "./training.ts";

/** Small enough for a test of a second. */
const PRESET = { context: 6, embedding: 8, hidden: 32, samplesPerEpochMax: 3_000 };
const PARAMETERS = completeParameters({ epochs: 4, learning_rate: 0.01 });

const SENTENCES = Array.from({ length: 120 }, (_, row) => `the boat ${row % 7} slides into the sea.`);
/** The same characters in an order that means nothing. */
const NOISE = shuffled(SENTENCES);

function shuffled(rows: readonly string[]): string[] {
  const random = new SeededRandom(1);
  const characters = [...rows.join("")];
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return rows.map((row) => characters.splice(0, row.length).join(""));
}

function start(rows: readonly string[], checkpoint?: Uint8Array): Training {
  return new Training(PRESET, PARAMETERS, splitRows(rows, 0.2, 1), checkpoint);
}

function finish(training: Training): EpochFacts[] {
  const epochs: EpochFacts[] = [];
  while (!training.isDone) {
    const epoch = training.step();
    if (epoch) epochs.push(epoch);
  }
  return epochs;
}

test("how good a model gets is a matter of its data: sentences can be learnt, their shuffled letters cannot", () => {
  const sentences = finish(start(SENTENCES));
  const noise = finish(start(NOISE));
  expect(sentences).toHaveLength(4);
  expect(sentences.at(-1)!.heldOutLoss).toBeLessThan(0.5);
  expect(noise.at(-1)!.heldOutLoss).toBeGreaterThan(2);
  expect(sentences.at(-1)!.heldOutLoss).toBeLessThan(sentences[0]!.heldOutLoss);
});

test("more rows of the same kind make a better model", () => {
  const few = finish(start(SENTENCES.slice(0, 12))).at(-1)!;
  const many = finish(start(SENTENCES)).at(-1)!;
  expect(many.heldOutLoss).toBeLessThan(few.heldOutLoss);
});

test("a training put away in the middle of an epoch and taken up again ends with the very same model", () => {
  const straight = start(SENTENCES);
  finish(straight);
  const first = start(SENTENCES);
  for (let steps = 0; steps < 130; steps += 1) first.step();
  const second = start(SENTENCES, first.checkpoint());
  expect(second.progress).toBe(first.progress);
  finish(second);
  expect(Buffer.from(writeModel(second.model))).toEqual(Buffer.from(writeModel(straight.model)));
});

test("a model read from its file writes what it has learnt", () => {
  const training = start(SENTENCES);
  finish(training);
  const model = readModel(writeModel(training.model));
  expect(generate(model, "the boat ", { length: 60, seed: 1, temperature: 0.2 })).toMatch(
    /slides into the sea/,
  );
});
