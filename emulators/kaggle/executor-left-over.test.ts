import { expect, test } from "vitest";
import {
  aJob,
  emulated,
  executorFor,
  kernelsOf,
  quickRunner,
  sessionsOf,
  TestContext,
} from "./executor-harness.ts";
import type { Emulator } from "./server.ts";

/** A kernel runs, and the run that followed it has ended with `reason`. */
async function leftRunning(emulator: Emulator, reason: "draining" | "canceled"): Promise<TestContext> {
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is running/);
  context.stop(reason);
  await expect(result).rejects.toBe(reason);
  return context;
}

function stopLeftOver(emulator: Emulator, { checkpoint }: TestContext): Promise<string | undefined> {
  return executorFor(emulator).stopLeftOver(checkpoint, new AbortController().signal);
}

const running = () => emulated({ runner: quickRunner(60_000) });

test("a kernel whose delete Kaggle refuses is not told as stopped, and is stopped later", async () => {
  const emulator = await running();
  emulator.fault({ method: "DeleteKernel", kind: "status", status: 403, times: 2 });
  const context = await leftRunning(emulator, "canceled");
  expect(context.lines.at(-1)).toMatch(/^Kaggle: kernel slipway-\S+ could not be stopped: /);
  await expect(stopLeftOver(emulator, context)).rejects.toThrow();
  expect(await stopLeftOver(emulator, context)).toMatch(/^Kaggle: stopped kernel slipway-/);
  expect(kernelsOf(emulator)).toEqual([]);
});

test("a delete whose answer is lost is told as a stop", async () => {
  const emulator = await running();
  emulator.fault({ method: "DeleteKernel", kind: "lose-answer" });
  const context = await leftRunning(emulator, "canceled");
  expect(context.lines.at(-1)).toMatch(/^Kaggle: stopped kernel slipway-/);
});

test("a kernel that Kaggle does not see for a moment is stopped all the same", async () => {
  const emulator = await running();
  const context = await leftRunning(emulator, "draining");
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 403, times: 2 });
  expect(await stopLeftOver(emulator, context)).toMatch(/^Kaggle: stopped kernel slipway-/);
  expect(kernelsOf(emulator)).toEqual([]);
  expect(await stopLeftOver(emulator, context)).toBeUndefined();
});

test("a kernel that has ended, and a job that has none any more, are settled at once", async () => {
  const emulator = await emulated();
  const ended = new TestContext();
  await executorFor(emulator).run(aJob(), ended);
  expect(await stopLeftOver(emulator, ended)).toMatch(/^Kaggle: kernel slipway-\S+ has ended: complete$/);
  expect(kernelsOf(emulator)).toHaveLength(1);
  const without = new TestContext(Buffer.from(JSON.stringify({ version: 1, owner: "anna", logEntries: 0 })));
  expect(await stopLeftOver(emulator, without)).toBe("Kaggle: no kernel to stop");
});

test("a worker that goes on with a kernel that Kaggle does not see for a moment pushes no second one", async () => {
  const emulator = await emulated({ runner: quickRunner(100) });
  const { checkpoint } = await leftRunning(emulator, "draining");
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 403, times: 2 });
  await executorFor(emulator).run(aJob(), new TestContext(checkpoint));
  expect(sessionsOf(emulator)).toHaveLength(1);
});
