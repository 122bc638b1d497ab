import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { renderTrainingScript } from "../../app/adapters/kaggle/training-script.ts";
import { DatasetRows } from "../../app/core/dataset-rows.ts";
import { type ExecutorJob, PermanentJobError } from "../../app/core/executor.ts";
import { generate, readModel } from "../../app/core/language-model/language-model.ts";
import { PRESETS } from "../../app/core/language-model/presets.ts";
import { splitRows } from "../../app/core/language-model/split.ts";
import { type EpochFacts, Training } from "../../app/core/language-model/training.ts";
import { aJob, emulated, executorFor, TestContext } from "./executor-harness.ts";
import { pythonRunner } from "./python-runner.ts";

const POEM = [
  "the cat sat on the mat",
  "the dog ate the fish",
  "über den Wölken 🐈 muß",
  "a cat and a dog sat",
];
const ROWS = Array.from({ length: 16 }, (_, index) => `${POEM[index % POEM.length]} ${index}`);

async function trainOnKaggle(job: ExecutorJob, context = new TestContext()) {
  const emulator = await emulated({ runner: pythonRunner() });
  const model = await executorFor(emulator).run(job, context);
  return { model, lines: context.lines };
}

/** What the local executor's training makes of the same job. */
async function trainHere(job: ExecutorJob): Promise<EpochFacts> {
  const rows: string[] = [];
  const parser = new DatasetRows(job.dataset.format, (row) => rows.push(row));
  parser.push(await buffer(await job.dataset.open()));
  parser.end();
  const { held_out_fraction, seed } = job.parameters;
  const text = splitRows(rows, held_out_fraction, seed);
  const training = new Training(PRESETS["char-mlp-small"], job.parameters, text);
  let last: EpochFacts | undefined;
  while (!training.isDone) last = training.step() ?? last;
  return last as EpochFacts;
}

const TEXTS = {
  text: ROWS.join("\n"),
  jsonl: ROWS.map((text, index) =>
    JSON.stringify(
      index % 3 === 0
        ? { text }
        : index % 3 === 1
          ? { prompt: text, completion: "yes" }
          : { messages: [{ role: "user", content: text }] },
    ),
  ).join("\r\n"),
  csv: `id, Text \r\n${ROWS.map((text, index) => `${index},"say ""${text}"",\nthen go"`).join("\r\n\r\n")}`,
};

for (const format of ["text", "jsonl", "csv"] as const) {
  test(`the pushed script, run by Python, learns from ${format} what the local training learns`, {
    timeout: 60_000,
  }, async () => {
    const job = aJob({}, TEXTS[format]);
    const ofFormat = { ...job, dataset: { ...job.dataset, format } };
    const { model } = await trainOnKaggle(ofFormat);
    const here = await trainHere(ofFormat);
    expect(model.metrics.held_out_loss).toBeCloseTo(here.heldOutLoss, 2);
    expect(model.metrics.train_loss).toBeCloseTo(here.trainLoss, 2);
  });
}

test("the model from Kaggle is one the local reader loads and writes on with", {
  timeout: 60_000,
}, async () => {
  const { model, lines } = await trainOnKaggle(aJob({}, TEXTS.text));
  const read = readModel(model.content as Buffer);
  expect(generate(read, "the cat", { length: 40, seed: 1, temperature: 0.5 })).toHaveLength(40);
  expect(lines).toContainEqual(
    expect.stringMatching(/^Epoch 2\/2: train loss \d\.\d{4}, held-out loss \d\.\d{4}\.$/),
  );
});

test("a dataset too small to learn from fails the job for good", { timeout: 60_000 }, async () => {
  await expect(trainOnKaggle(aJob({}, "one\ntwo\n"))).rejects.toThrow(PermanentJobError);
});

test("a base model Kaggle's script does not know fails the job before anything is pushed", () => {
  expect(() => renderTrainingScript(aJob({ baseModel: "__proto__" }))).toThrow(PermanentJobError);
});

test("nothing in a job's values can become code in the script", () => {
  const job = aJob({ id: '"""); import os; print("pwned") #' });
  const path = join(mkdtempSync(join(tmpdir(), "kaggle-script-")), "script.py");
  writeFileSync(path, renderTrainingScript(job));
  const { stdout, stderr } = spawnSync("python3", [path], { cwd: "/", encoding: "utf8" });
  expect(stdout).not.toContain("pwned");
  expect(stderr).toContain("the dataset is not among the kernel's inputs");
});
