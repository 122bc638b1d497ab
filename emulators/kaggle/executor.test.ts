import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PermanentJobError, TransientJobError } from "../../app/core/executor.ts";
import {
  aJob,
  emulated,
  executorFor,
  kernelsOf,
  quickRunner,
  sessionsOf,
  TestContext,
} from "./executor-harness.ts";
import type { KernelRunner } from "./kernel-runner.ts";

test("a job becomes a private dataset, one private kernel without internet, and the model it leaves", async () => {
  const emulator = await emulated({ queuedMs: 30, processingMs: 30 });
  const context = new TestContext();
  const model = await executorFor(emulator).run(aJob(), context);
  expect(model).toMatchObject({ name: "model.safetensors", metrics: { held_out_loss: 2.2 } });
  expect(String(model.content)).toBe(`model of ${aJob().id}`);
  expect(Object.values(emulator.state.datasets)).toMatchObject([{ isPrivate: true }]);
  expect(kernelsOf(emulator)).toMatchObject([
    { isPrivate: true, versions: [{ enableInternet: false, machineShape: "" }] },
  ]);
  expect(context.fractions).toEqual([0.5, 1]);
  expect(context.lines).toContain("Epoch 2/2: train loss 2.0000, held-out loss 2.2000.");
});

test("the log says what quota is left", async () => {
  const emulator = await emulated({ quota: { gpuSecondsUsed: 36_000 } });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines[0]).toBe("Kaggle: 20.0 h of 30.0 h GPU quota left, fresh at 2030-01-05T00:00:00.000Z");
});

test("two jobs with the same content upload it once", async () => {
  const emulator = await emulated();
  const executor = executorFor(emulator);
  await executor.run(aJob(), new TestContext());
  await executor.run(aJob({ id: "01939c2e-7a10-7000-8000-0000000000a2" }), new TestContext());
  expect(emulator.callsOf("CreateDataset")).toHaveLength(1);
  expect(kernelsOf(emulator)).toHaveLength(2);
});

test("a kernel that fails is a transient error, and the next attempt pushes its own", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "Run", kind: "fail", message: "The session ran out of memory" });
  const context = new TestContext();
  await expect(executorFor(emulator).run(aJob(), context)).rejects.toThrow(/ran out of memory/);
  await executorFor(emulator).run(aJob({ attempt: 2 }), new TestContext(context.checkpoint));
  expect(kernelsOf(emulator).map((kernel) => kernel.slug)).toEqual([
    "slipway-01939c2e7a10700080000000000000a1-1",
    "slipway-01939c2e7a10700080000000000000a1-2",
  ]);
});

test("a kernel that blames the job fails it for good, with the reason", async () => {
  const runner = async (run: { log(stream: "stderr", data: string): void }) => {
    run.log("stderr", "job is wrong: The dataset is too small.\n");
    return "Your notebook exited with code 3";
  };
  const emulator = await emulated({ runner });
  const error = await executorFor(emulator)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(PermanentJobError);
  expect(String(error)).toContain("The dataset is too small.");
});

test("a used-up GPU quota is a transient error that waits for the fresh one", async () => {
  const refreshAt = new Date(Date.now() + 3_600_000).toISOString();
  const emulator = await emulated({ quota: { gpuSecondsUsed: 108_000, refreshAt } });
  const executor = executorFor(emulator, {}, undefined, "NvidiaTeslaT4");
  const error = await executor.run(aJob(), new TestContext()).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TransientJobError);
  expect(String(error)).toContain("Maximum weekly GPU quota of 30.00 hours reached.");
  expect((error as TransientJobError).retryAfterMs).toBeGreaterThan(3_500_000);
});

test("a job waits for a free session instead of failing", async () => {
  const emulator = await emulated({ quota: { cpuSessionsMax: 0 } });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/waiting for a free session/);
  emulator.setQuota({ cpuSessionsMax: 1 });
  await result;
  expect(sessionsOf(emulator)).toHaveLength(1);
});

test("a canceled job stops its kernel", async () => {
  const emulator = await emulated({ runner: quickRunner(60_000) });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is running/);
  context.stop("canceled");
  await expect(result).rejects.toBe("canceled");
  expect(kernelsOf(emulator)).toHaveLength(0);
});

test("a draining worker lets go at once and the next one goes on with the same kernel and log", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const emulator = await emulated({ runner: quickRunner(0, released) });
  const first = new TestContext();
  const result = executorFor(emulator).run(aJob(), first);
  await first.sees(/Epoch 1/);
  first.stop("draining");
  // The kernel does not end before it is released: who waited for it would wait for ever.
  await expect(result).rejects.toBe("draining");
  release();
  const second = new TestContext(first.checkpoint);
  await executorFor(emulator).run(aJob(), second);
  expect(second.lines.filter((line) => line.startsWith("Epoch"))).toEqual([
    "Epoch 2/2: train loss 2.0000, held-out loss 2.2000.",
  ]);
  expect(sessionsOf(emulator)).toHaveLength(1);
});

test("a kernel that leaves no report is a transient error", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "ListKernelSessionOutput", kind: "answer", body: { files: [], log: null } });
  await expect(executorFor(emulator).run(aJob(), new TestContext())).rejects.toThrow(
    /left no usable metrics.json/,
  );
});

test("a model that is not what its report says is not taken", async () => {
  const runner: KernelRunner = async (run) => {
    await quickRunner()(run);
    appendFileSync(join(run.directory, "working", "model.safetensors"), "more");
    return undefined;
  };
  const emulator = await emulated({ runner });
  await expect(executorFor(emulator).run(aJob(), new TestContext())).rejects.toThrow(
    /not what its report says/,
  );
});

test("the output of another job is not taken", async () => {
  const runner: KernelRunner = (run) =>
    quickRunner()({ ...run, source: run.source.replaceAll("0000000000a1", "0000000000b2") });
  const emulator = await emulated({ runner });
  await expect(executorFor(emulator).run(aJob(), new TestContext())).rejects.toThrow(
    /belongs to another job/,
  );
});
