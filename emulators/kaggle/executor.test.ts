import { createHash } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { PermanentJobError, TransientJobError } from "../../app/core/executor.ts";
import { aJob, emulate, executorFor, quickRunner, TestContext } from "./executor-harness.ts";
import type { KernelRunner } from "./kernel-runner.ts";
import type { Emulator, EmulatorOptions } from "./server.ts";

let running: Emulator[] = [];

async function started(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await emulate(options);
  running.push(emulator);
  return emulator;
}

afterEach(async () => {
  await Promise.all(running.map((emulator) => emulator.stop()));
  running = [];
});

const kernels = (emulator: Emulator) => Object.values(emulator.state.kernels);
const sessions = (emulator: Emulator) => kernels(emulator).flatMap((kernel) => kernel.versions);

test("a job becomes a private dataset, one private kernel without internet, and the model it leaves", async () => {
  const emulator = await started({ queuedMs: 30, processingMs: 30 });
  const context = new TestContext();
  const model = await executorFor(emulator).run(aJob(), context);
  expect(model).toMatchObject({ name: "model.safetensors", metrics: { held_out_loss: 2.2 } });
  expect(String(model.content)).toBe(`model of ${aJob().id}`);
  expect(Object.values(emulator.state.datasets)).toMatchObject([{ isPrivate: true }]);
  expect(kernels(emulator)).toMatchObject([
    { isPrivate: true, versions: [{ enableInternet: false, machineShape: "" }] },
  ]);
  expect(context.fractions).toEqual([0.5, 1]);
  expect(context.lines).toContain("Epoch 2/2: train loss 2.0000, held-out loss 2.2000.");
});

test("the log says what quota is left", async () => {
  const emulator = await started({ quota: { gpuSecondsUsed: 36_000 } });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines[0]).toBe("Kaggle: 20.0 h of 30.0 h GPU quota left, fresh at 2030-01-05T00:00:00.000Z");
});

test("two jobs with the same content upload it once", async () => {
  const emulator = await started();
  const executor = executorFor(emulator);
  await executor.run(aJob(), new TestContext());
  await executor.run(aJob({ id: "01939c2e-7a10-7000-8000-0000000000a2" }), new TestContext());
  expect(emulator.callsOf("CreateDataset")).toHaveLength(1);
  expect(kernels(emulator)).toHaveLength(2);
});

test("a push whose answer is lost leaves exactly one kernel with one session", async () => {
  const emulator = await started();
  emulator.fault({ method: "SaveKernel", kind: "lose-answer" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(sessions(emulator)).toHaveLength(1);
  expect(emulator.callsOf("SaveKernel")).toHaveLength(1);
});

test("a push that never arrived is made again", async () => {
  const emulator = await started();
  emulator.fault({ method: "SaveKernel", kind: "drop" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.callsOf("SaveKernel")).toHaveLength(2);
  expect(sessions(emulator)).toHaveLength(1);
});

test("a dataset whose creation was not answered is not created twice", async () => {
  const emulator = await started();
  emulator.fault({ method: "CreateDataset", kind: "lose-answer" });
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(emulator.callsOf("CreateDataset")).toHaveLength(1);
});

test("an upload whose answer is lost is asked about, not sent again", async () => {
  const emulator = await started();
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
  const emulator = await started();
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
  const emulator = await started();
  emulator.fault({ method: "*", kind: "status", status: 503, times: 5 });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines).toContainEqual(
    expect.stringMatching(/GetAcceleratorQuotaStatistics 503, trying again in/),
  );
});

test("trouble that does not end is a transient error, and the kernel stays known for the next attempt", async () => {
  const emulator = await started({ queuedMs: 60_000 });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is queued/);
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 502, times: 100 });
  await expect(result).rejects.toThrow(TransientJobError);
  expect(String(context.checkpoint)).toContain("slipway-01939c2e7a10700080000000000000a1-1");
});

test("429 is answered by waiting as long as Retry-After says", async () => {
  const emulator = await started();
  emulator.fault({ method: "GetKernelSessionStatus", kind: "status", status: 429, retryAfterSeconds: 0.3 });
  await executorFor(emulator).run(aJob(), new TestContext());
  const [refused, next] = emulator.callsOf("GetKernelSessionStatus");
  expect(next!.at - refused!.at).toBeGreaterThan(295);
});

test("a Retry-After too long to wait for is handed to the queue", async () => {
  const emulator = await started();
  emulator.fault({ method: "SaveKernel", kind: "status", status: 429, retryAfterSeconds: 3_600 });
  const error = await executorFor(emulator)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TransientJobError);
  expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
});

test("a wrong token fails the job at once and names the variable, not the token", async () => {
  const emulator = await started();
  const wrong = { kind: "token", token: "wrong-token-9" } as const;
  const error = await executorFor(emulator, {}, wrong)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(PermanentJobError);
  expect(String(error)).toContain("KAGGLE_API_TOKEN");
  expect(String(error)).not.toContain("wrong-token-9");
});

test("a legacy key works, and a wrong one names its variables", async () => {
  const emulator = await started();
  const key = (value: string) => ({ kind: "key", username: "anna", key: value }) as const;
  await executorFor(emulator, {}, key("legacy-key-1")).run(aJob(), new TestContext());
  expect(emulator.callsOf("SaveKernel")[0]?.authorization).toBe("Basic");
  await expect(executorFor(emulator, {}, key("no")).run(aJob(), new TestContext())).rejects.toThrow(
    /KAGGLE_USERNAME and KAGGLE_KEY/,
  );
});

test("the token goes to the API only, and into no error, log line or checkpoint", async () => {
  const emulator = await started();
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  const refused = { error: "No kernels for secret-token-1" };
  emulator.fault({ method: "SaveKernel", kind: "answer", body: refused });
  emulator.fault({ method: "SaveKernel", kind: "status", status: 400, message: "for secret-token-1" });
  const other = aJob({ id: "01939c2e-7a10-7000-8000-0000000000a2" });
  const later = new TestContext();
  const run = () => executorFor(emulator).run(other, later).catch(String);
  const said = [await run(), await run(), ...context.lines, ...later.lines, String(later.checkpoint)].join(
    "\n",
  );
  expect(said).toContain("No kernels for [redacted]");
  expect(said).not.toContain("secret-token-1");
  expect(emulator.storageCalls.filter(({ authorization }) => authorization)).toEqual([]);
});

test("a kernel that fails is a transient error, and the next attempt pushes its own", async () => {
  const emulator = await started();
  emulator.fault({ method: "Run", kind: "fail", message: "The session ran out of memory" });
  const context = new TestContext();
  await expect(executorFor(emulator).run(aJob(), context)).rejects.toThrow(/ran out of memory/);
  await executorFor(emulator).run(aJob({ attempt: 2 }), new TestContext(context.checkpoint));
  expect(kernels(emulator).map((kernel) => kernel.slug)).toEqual([
    "slipway-01939c2e7a10700080000000000000a1-1",
    "slipway-01939c2e7a10700080000000000000a1-2",
  ]);
});

test("a kernel that blames the job fails it for good, with the reason", async () => {
  const runner = async (run: { log(stream: "stderr", data: string): void }) => {
    run.log("stderr", "job is wrong: The dataset is too small.\n");
    return "Your notebook exited with code 3";
  };
  const emulator = await started({ runner });
  const error = await executorFor(emulator)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(PermanentJobError);
  expect(String(error)).toContain("The dataset is too small.");
});

test("news that arrive out of order do not send the job back", async () => {
  const emulator = await started({ runner: quickRunner(40), queuedMs: 40 });
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
  const emulator = await started({ runner: quickRunner(60) });
  emulator.fault({ method: "StreamLogs", kind: "cut" });
  emulator.fault({ method: "StreamLogs", kind: "cut", clean: true });
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  expect(context.lines.filter((line) => line.startsWith("Epoch"))).toHaveLength(2);
  expect(emulator.callsOf("StreamLogs")).toHaveLength(3);
});

test("a used-up GPU quota is a transient error that waits for the fresh one", async () => {
  const refreshAt = new Date(Date.now() + 3_600_000).toISOString();
  const emulator = await started({ quota: { gpuSecondsUsed: 108_000, refreshAt } });
  const executor = executorFor(emulator, {}, undefined, "NvidiaTeslaT4");
  const error = await executor.run(aJob(), new TestContext()).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TransientJobError);
  expect(String(error)).toContain("Maximum weekly GPU quota of 30.00 hours reached.");
  expect((error as TransientJobError).retryAfterMs).toBeGreaterThan(3_500_000);
});

test("a job waits for a free session instead of failing", async () => {
  const emulator = await started({ quota: { cpuSessionsMax: 0 } });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/waiting for a free session/);
  emulator.setQuota({ cpuSessionsMax: 1 });
  await result;
  expect(sessions(emulator)).toHaveLength(1);
});

test("a canceled job stops its kernel", async () => {
  const emulator = await started({ runner: quickRunner(60_000) });
  const context = new TestContext();
  const result = executorFor(emulator).run(aJob(), context);
  await context.sees(/kernel is running/);
  context.stop("canceled");
  await expect(result).rejects.toBe("canceled");
  expect(kernels(emulator)).toHaveLength(0);
});

test("a draining worker lets go at once and the next one goes on with the same kernel and log", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const emulator = await started({ runner: quickRunner(0, released) });
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
  expect(sessions(emulator)).toHaveLength(1);
});

test("a worker that dies before the push is answered leaves a kernel the next one finds", async () => {
  const emulator = await started({ runner: quickRunner(50) });
  emulator.fault({ method: "SaveKernel", kind: "lose-answer" });
  emulator.fault({ method: "GetKernelSessionStatus", kind: "delay", delayMs: 100, times: 2 });
  const first = new TestContext();
  const result = executorFor(emulator).run(aJob(), first);
  await expect.poll(() => sessions(emulator).length).toBe(1);
  first.stop("lease-lost");
  await expect(result).rejects.toBe("lease-lost");
  await executorFor(emulator).run(aJob(), new TestContext());
  expect(sessions(emulator)).toHaveLength(1);
});

test("Kaggle restarting in the middle of a run costs nothing but time", async () => {
  const emulator = await started({ runner: quickRunner(100) });
  const { port } = new URL(emulator.url);
  const context = new TestContext();
  const result = executorFor(emulator, { triesMax: 100 }).run(aJob(), context);
  await context.sees(/kernel is running/);
  await emulator.stop();
  running = [];
  const again = await started({
    stateDirectory: emulator.stateDirectory,
    port: Number(port),
    runner: quickRunner(),
  });
  await result;
  expect(sessions(again)).toHaveLength(1);
});

test("a kernel that leaves no report is a transient error", async () => {
  const emulator = await started();
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
  const emulator = await started({ runner });
  await expect(executorFor(emulator).run(aJob(), new TestContext())).rejects.toThrow(
    /not what its report says/,
  );
});

test("the output of another job is not taken", async () => {
  const runner: KernelRunner = (run) =>
    quickRunner()({ ...run, source: run.source.replaceAll("0000000000a1", "0000000000b2") });
  const emulator = await started({ runner });
  await expect(executorFor(emulator).run(aJob(), new TestContext())).rejects.toThrow(
    /belongs to another job/,
  );
});

test("a download that is cut is made again", async () => {
  const emulator = await started();
  emulator.fault({ method: "GetOutputFile", kind: "cut", times: 2 });
  const model = await executorFor(emulator).run(aJob(), new TestContext());
  expect(String(model.content)).toContain("model of");
});
