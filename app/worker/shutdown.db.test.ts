import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type AppProcess, startAppProcess } from "../testing/app-process.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";

const WORKER = fileURLToPath(new URL("main.ts", import.meta.url));
const EXIT_MAX_MS = 30_000;

let stack: TestStack;
let client: TestClient;
let datasetId: string;
const started: AppProcess[] = [];

beforeAll(async () => {
  stack = await createStack();
  client = new TestClient((await stack.startApi()).url);
  datasetId = (await client.dataset("rows", "text", sampleText(400))).id;
});
afterEach(async () => {
  for (const item of started.splice(0)) item.kill("SIGKILL");
});
afterAll(() => stack.remove());

function startWorker(): AppProcess {
  const worker = startAppProcess(WORKER, { ...stack.environment, WORKER_POOL_SIZE: "2" });
  started.push(worker);
  return worker;
}

function newJob(epochs: number) {
  const parameters = { epochs, seed: 1 };
  return client.job({ dataset_id: datasetId, base_model: "char-mlp-base", parameters });
}

test("a worker that is told to stop gives its running jobs back with their progress and exits 0", async () => {
  const worker = startWorker();
  const jobs = [await newJob(100), await newJob(100), await newJob(1)];
  for (const { id } of jobs.slice(0, 2)) {
    await client.until(id, ({ progress }) => progress > 0.001, 60_000);
  }
  const askedAt = performance.now();
  worker.kill("SIGTERM");
  expect([await worker.ended, worker.stderr()]).toEqual([0, ""]);
  expect(performance.now() - askedAt).toBeLessThan(EXIT_MAX_MS);
  expect(JSON.parse(worker.lines.at(-1) ?? "")).toMatchObject({ msg: "stopped", left: 0 });
  const rows = await stack.query<{ status: string; attempt: number; progress: number; checkpoint: boolean }>(
    `SELECT status, attempt, progress, checkpoint_key IS NOT NULL AS checkpoint, interruptions
     FROM jobs WHERE id = ANY ($1)`,
    [jobs.slice(0, 2).map(({ id }) => id)],
  );
  const givenBack = { status: "queued", attempt: 1, checkpoint: true, interruptions: 0 };
  expect(rows).toMatchObject([givenBack, givenBack]);
  expect(Math.min(...rows.map(({ progress }) => progress))).toBeGreaterThan(0.001);
  // What was not begun is as it was.
  expect(await (await client.fetch(`/jobs/${jobs[2]?.id}`)).json()).toMatchObject({ attempt: 0 });
});

test("a second signal ends a worker at once, whatever it runs", async () => {
  const worker = startWorker();
  await expect.poll(() => worker.lines.join("\n"), { timeout: 30_000 }).toContain('"msg":"job started"');
  // What holds the table keeps the worker from giving its jobs back, so that it would drain for long.
  const holder = new pg.Client({ connectionString: stack.databaseUrl });
  await holder.connect();
  await holder.query("BEGIN; LOCK TABLE jobs");
  worker.kill("SIGTERM");
  await worker.logged("draining");
  worker.kill("SIGTERM");
  const exitCode = await worker.ended;
  await holder.end();
  expect(exitCode).toBe(143);
});
