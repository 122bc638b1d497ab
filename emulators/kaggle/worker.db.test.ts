import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Dataset } from "../../app/core/dataset.ts";
import { readModel } from "../../app/core/language-model/language-model.ts";
import { sampleText, TestClient } from "../../app/testing/client.ts";
import { createStack, type QUICK, type TestStack } from "../../app/testing/stack.ts";
import { ACCOUNT, emulated, executorFor, quickRunner } from "./executor-harness.ts";
import type { KernelRunner } from "./kernel-runner.ts";
import { pythonRunner } from "./python-runner.ts";

const KAGGLE = { KAGGLE_API_TOKEN: ACCOUNT.token };

let stack: TestStack;
let client: TestClient;
let dataset: Dataset;

beforeAll(async () => {
  stack = await createStack();
  client = new TestClient((await stack.startApi(KAGGLE)).url);
  dataset = await client.dataset("rows", "text", sampleText(20));
});
afterAll(() => stack.remove());

async function kaggleWith(runner: KernelRunner) {
  const emulator = await emulated({ runner });
  const sessions = () => Object.values(emulator.state.kernels).flatMap((kernel) => kernel.versions);
  const startWorker = (times?: typeof QUICK) => stack.startWorker([executorFor(emulator)], KAGGLE, times);
  return { emulator, sessions, startWorker };
}

function newJob() {
  const parameters = { epochs: 2 };
  return client.job({ dataset_id: dataset.id, base_model: "char-mlp-small", executor: "kaggle", parameters });
}

async function messages(jobId: string): Promise<string[]> {
  const page = await (await client.fetch(`/jobs/${jobId}/logs?limit=1000`)).json();
  return (page as { entries: { message: string }[] }).entries.map(({ message }) => message);
}

test("a job on Kaggle, asked for through the API, ends with a model that can be downloaded and used", async () => {
  const { startWorker, sessions } = await kaggleWith(pythonRunner());
  const worker = await startWorker();
  onTestFinished(() => worker.stop());
  const job = await client.ended((await newJob()).id);
  expect(job).toMatchObject({ status: "succeeded", attempt: 1, progress: 1 });
  expect(sessions()).toHaveLength(1);
  const download = await client.fetch(`/models/${job.model_id}/download`);
  expect(readModel(new Uint8Array(await download.arrayBuffer())).vocabulary.size).toBeGreaterThan(10);
  const lines = await messages(job.id);
  expect(lines.filter((line) => line.startsWith("Epoch"))).toHaveLength(2);
  expect([...lines, ...stack.logLines].join("\n")).not.toContain(ACCOUNT.token);
});

test("a worker that shuts down hands its kernel on: one session, each line told once", async () => {
  const { startWorker, sessions } = await kaggleWith(quickRunner(400));
  const first = await startWorker();
  const { id } = await newJob();
  await expect
    .poll(() => messages(id), { timeout: 10_000 })
    .toContainEqual(expect.stringMatching(/^Epoch 1/));
  await first.stop();
  const second = await startWorker();
  onTestFinished(() => second.stop());
  expect(await client.ended(id)).toMatchObject({ status: "succeeded", attempt: 1 });
  expect(sessions()).toHaveLength(1);
  expect((await messages(id)).filter((line) => line.startsWith("Epoch"))).toHaveLength(2);
});

/** A kernel runs, and the worker that followed it has gone. */
async function leftRunning(startWorker: () => Promise<{ stop(): Promise<void> }>): Promise<string> {
  const worker = await startWorker();
  const { id } = await newJob();
  await expect.poll(() => messages(id), { timeout: 10_000 }).toContain("Kaggle: the kernel is running");
  await worker.stop();
  return id;
}

test("the kernel of a job that was canceled while nobody ran it is stopped, and its session is free again", async () => {
  const { emulator, startWorker } = await kaggleWith(quickRunner(60_000));
  emulator.setQuota({ cpuSessionsMax: 1 });
  const id = await leftRunning(startWorker);
  await client.json("POST", `/jobs/${id}/cancel`, {});
  const worker = await startWorker();
  onTestFinished(() => worker.stop());
  await expect
    .poll(() => messages(id), { timeout: 10_000 })
    .toContainEqual(expect.stringMatching(/^Kaggle: stopped kernel slipway-/));
  const next = await newJob();
  await expect.poll(() => messages(next.id), { timeout: 10_000 }).toContain("Kaggle: the kernel is running");
  await client.json("POST", `/jobs/${next.id}/cancel`, {});
});

test("a canceled job cannot be removed before its kernel is stopped", async () => {
  const { emulator, startWorker } = await kaggleWith(quickRunner(60_000));
  const id = await leftRunning(startWorker);
  await client.json("POST", `/jobs/${id}/cancel`, {});
  const remove = () => client.fetch(`/jobs/${id}`, { method: "DELETE" });
  const refused = await remove();
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({
    detail: expect.stringMatching(/^Its kernel on Kaggle may still run/),
  });
  const worker = await startWorker();
  onTestFinished(() => worker.stop());
  await expect.poll(async () => (await remove()).status, { timeout: 10_000 }).toBe(204);
  expect(Object.keys(emulator.state.kernels)).toEqual([]);
});

test("the kernel of a job that took longer than it may while nobody ran it is stopped", async () => {
  const { emulator, startWorker } = await kaggleWith(quickRunner(60_000));
  const id = await leftRunning(startWorker);
  await stack.query("UPDATE jobs SET ran_ms = 1e12 WHERE id = $1", [id]);
  const worker = await startWorker();
  expect(await client.ended(id)).toMatchObject({ error: "The job took longer than it may." });
  await worker.stop();
  const next = await startWorker();
  onTestFinished(() => next.stop());
  await expect.poll(() => Object.keys(emulator.state.kernels), { timeout: 10_000 }).toEqual([]);
});

test("a run that learns of its cancel by a refused write stops its kernel too", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { emulator, startWorker } = await kaggleWith(async ({ log, signal }) => {
    log("stdout", "Epoch 1/2: train loss 2.0000, held-out loss 2.1000.\n");
    await released;
    log("stdout", "Epoch 2/2: train loss 2.0000, held-out loss 2.2000.\n");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return "stopped";
  });
  const worker = await startWorker({ leaseMs: 3_600_000, pollMs: 200 });
  onTestFinished(() => worker.stop());
  const { id } = await newJob();
  await expect
    .poll(() => messages(id), { timeout: 10_000 })
    .toContainEqual(expect.stringMatching(/^Epoch 1/));
  // As a cancel whose notice is lost: the next line of the kernel's log meets a lease that is gone.
  await stack.query(
    `UPDATE jobs SET status = 'canceled', finished_at = now(), lease_token = NULL, lease_expires_at = NULL,
       worker = NULL WHERE id = $1`,
    [id],
  );
  release();
  await expect.poll(() => Object.keys(emulator.state.kernels), { timeout: 10_000 }).toEqual([]);
});

test("canceling a job stops its kernel", async () => {
  const { emulator, startWorker } = await kaggleWith(quickRunner(60_000));
  const worker = await startWorker();
  onTestFinished(() => worker.stop());
  const { id } = await newJob();
  await expect.poll(() => messages(id), { timeout: 10_000 }).toContain("Kaggle: the kernel is running");
  await client.json("POST", `/jobs/${id}/cancel`, {});
  expect(await client.ended(id)).toMatchObject({ status: "canceled" });
  await expect.poll(() => Object.keys(emulator.state.kernels), { timeout: 10_000 }).toEqual([]);
});
