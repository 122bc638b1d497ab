import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TransientJobError } from "../../app/core/executor.ts";
import { aJob, emulated, executorFor, quickRunner, sessionsOf, TestContext } from "./executor-harness.ts";

test("a push whose answer is lost leaves exactly one kernel with one session", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "SaveKernel", kind: "lose-answer" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(sessionsOf(emulator)).toHaveLength(1);
  expect(emulator.callsOf("SaveKernel")).toHaveLength(1);
});

test("a push whose answer is lost is not repeated where Kaggle does not see its kernel for a moment", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "SaveKernel", kind: "lose-answer" });
  emulator.fault({ method: "GetKernelSessionStatus", kind: "delay", delayMs: 0 });
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 403 });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.callsOf("SaveKernel")).toHaveLength(1);
});

test("a push that never arrived is made again", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "SaveKernel", kind: "drop" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.callsOf("SaveKernel")).toHaveLength(2);
  expect(sessionsOf(emulator)).toHaveLength(1);
});

test("a dataset whose creation was not answered is not created twice", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "CreateDataset", kind: "lose-answer" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.callsOf("CreateDataset")).toHaveLength(1);
});

test("an upload whose answer is lost is asked about, not sent again", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "PutBlob", kind: "lose-answer" });
  emulator.fault({ method: "PutBlob", kind: "status", status: 503 });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.storageCalls.filter(({ method }) => method === "PUT")).toMatchObject([
    { range: "bytes 0-919/920" },
    { range: "bytes */920" },
    { range: "bytes */920" },
  ]);
  expect(Object.values(emulator.state.blobs)).toMatchObject([{ complete: true }]);
});

test("a large dataset goes up in pieces, each sent once though the storage fails in between", async () => {
  const emulator = await emulated();
  const job = aJob({}, "0123456789abcdef\n".repeat(1_100_000));
  emulator.fault({ method: "PutBlob", kind: "lose-answer" });
  await executorFor(emulator).run(job, new TestContext());
  const total = job.dataset.bytes;
  expect(emulator.storageCalls.filter(({ method }) => method === "PUT").map(({ range }) => range)).toEqual([
    `bytes 0-8388607/${total}`,
    `bytes */${total}`,
    `bytes 8388608-16777215/${total}`,
    `bytes 16777216-${total - 1}/${total}`,
  ]);
  const [token = ""] = Object.keys(emulator.state.blobs);
  const stored = createHash("sha256").update(readFileSync(join(emulator.stateDirectory, "blobs", token)));
  expect(stored.digest("hex")).toBe(job.dataset.sha256);
});

test("a burst of 503 is sat out", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "*", kind: "status", status: 503, times: 5 });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines).toContainEqual(
    expect.stringMatching(/GetAcceleratorQuotaStatistics 503, trying again in/),
  );
});

test("trouble that does not end is a transient error, and the kernel stays known for the next attempt", async () => {
  const emulator = await emulated({ queuedMs: 60_000 });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is queued/);
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 502, times: 100 });
  await expect(result).rejects.toThrow(TransientJobError);
  expect(String(context.checkpoint)).toContain("slipway-01939c2e7a10700080000000000000a1-1");
});

test("429 is answered by waiting as long as Retry-After says", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 429, retryAfterSeconds: 0.3 });
  await executorFor(emulator).run(aJob(), new TestContext());
  const [refused, next] = emulator.callsOf("GetKernelSessionStatus");
  expect(next!.at - refused!.at).toBeGreaterThan(295);
});

test("a Retry-After too long to wait for is handed to the queue", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "SaveKernel", kind: "status", status: 429, retryAfterSeconds: 3_600 });
  const error = await executorFor(emulator)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TransientJobError);
  expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
});

test("news that arrive out of order do not send the job back", async () => {
  const emulator = await emulated({ runner: quickRunner(40), queuedMs: 40 });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is running/);
  emulator.fault({ method: "GetKernelSessionStatus", kind: "answer", body: { status: "QUEUED" }, times: 2 });
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 403 });
  await result;
  expect(context.lines.filter((line) => line.startsWith("Kaggle: the kernel is"))).toEqual([
    "Kaggle: the kernel is queued",
    "Kaggle: the kernel is running",
  ]);
});

test("a live log that is cut is taken up again, and each line is told once", async () => {
  const emulator = await emulated({ runner: quickRunner(500) });
  emulator.fault({ method: "StreamLogs", kind: "cut" });
  emulator.fault({ method: "StreamLogs", kind: "cut", clean: true });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines.filter((line) => line.startsWith("Epoch"))).toHaveLength(2);
  expect(emulator.callsOf("StreamLogs")).toHaveLength(3);
});

test("a worker that dies before the push is answered leaves a kernel the next one finds", async () => {
  const emulator = await emulated({ runner: quickRunner(50) });
  emulator.fault({ method: "SaveKernel", kind: "lose-answer" });
  emulator.fault({ method: "GetKernelSessionStatus", kind: "delay", delayMs: 100, times: 2 });
  const first = new TestContext();
  const result = executorFor(emulator).run(aJob(), first);
  await expect.poll(() => sessionsOf(emulator).length).toBe(1);
  first.stop("lease-lost");
  await expect(result).rejects.toBe("lease-lost");
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(sessionsOf(emulator)).toHaveLength(1);
});

test("Kaggle restarting in the middle of a run costs nothing but time", async () => {
  const emulator = await emulated({ runner: quickRunner(100) });
  const { port } = new URL(emulator.url);
  const context = new TestContext();
  const result = executorFor(emulator, { triesMax: 100 }).run(aJob(), context);
  await context.sees(/kernel is running/);
  await emulator.stop();
  const again = await emulated({
    stateDirectory: emulator.stateDirectory,
    port: Number(port),
    runner: quickRunner(),
  });
  await result;
  expect(sessionsOf(again)).toHaveLength(1);
});

test("a download that is cut is made again", async () => {
  const emulator = await emulated();
  emulator.fault({ method: "GetOutputFile", kind: "cut", times: 2 });
  const model = await executorFor(emulator).run(aJob(), new TestContext());
  expect(String(model.content)).toContain("model of");
});
