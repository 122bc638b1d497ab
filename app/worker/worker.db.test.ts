import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { localExecutor } from "../adapters/local/executor.ts";
import { ObjectStoreError } from "../adapters/object-store/errors.ts";
import type { Dataset } from "../core/dataset.ts";
import {
  type Executor,
  type ExecutorContext,
  PermanentJobError,
  TransientJobError,
} from "../core/executor.ts";
import type { Job } from "../core/job.ts";
import type { Model } from "../core/model.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { createStack, QUICK, type TestStack } from "../testing/stack.ts";
import { openStoreDoor } from "../testing/store-door.ts";

let stack: TestStack;
let client: TestClient;
let dataset: Dataset;

beforeAll(async () => {
  stack = await createStack();
  client = new TestClient((await stack.startApi()).url);
  dataset = await client.dataset("rows", "text", sampleText(200));
});
afterAll(() => stack.remove());

const MODEL = {
  name: "m.bin",
  contentType: "application/octet-stream",
  metrics: {},
  content: Buffer.from("model"),
};

type Run = (context: ExecutorContext, times: number) => Promise<void>;

/** An executor that does as the test says; `times` counts its runs from 1. */
function scripted(run: Run): Executor & { readonly runs: number[] } {
  const runs: number[] = [];
  return {
    name: "local",
    runs,
    async run(_job, context) {
      runs.push(Date.now());
      await run(context, runs.length);
      return MODEL;
    },
  };
}

function untilStopped({ signal }: ExecutorContext): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function newJob(parameters: object = { epochs: 1 }): Promise<Job> {
  return client.job({ dataset_id: dataset.id, base_model: "char-mlp-small", parameters });
}

async function messages(job: Job): Promise<string[]> {
  const page = (await (await client.fetch(`/jobs/${job.id}/logs?limit=1000`)).json()) as {
    entries: { message: string }[];
  };
  return page.entries.map(({ message }) => message);
}

/** Runs the story with one worker and stops it afterwards. */
async function withWorker(
  executor: Executor,
  story: () => Promise<void>,
  env = {},
  times = QUICK,
): Promise<void> {
  const worker = await stack.startWorker([executor], env, times);
  await story().finally(() => worker.stop());
}

describe("a job that fails", () => {
  test("fails once when the job is wrong", async () => {
    const executor = scripted(async () => {
      throw new PermanentJobError("The rows make no sense.");
    });
    await withWorker(executor, async () => {
      const job = await client.ended((await newJob()).id);
      expect(job).toMatchObject({ status: "failed", attempt: 1, error: "The rows make no sense." });
      expect(executor.runs).toHaveLength(1);
    });
  });

  test("is tried three times, later each time, when the reason is outside", async () => {
    const executor = scripted(async () => {
      throw new TransientJobError("The network is down.");
    });
    await withWorker(executor, async () => {
      const job = await client.ended((await newJob()).id);
      expect(job).toMatchObject({ status: "failed", attempt: 3, error: "The network is down." });
      const [first = 0, second = 0, third = 0] = executor.runs;
      expect(second - first).toBeGreaterThanOrEqual(1_000);
      expect(third - second).toBeGreaterThanOrEqual(2_000);
    });
  });

  test("loses neither attempt nor place to an object store that is away or lets nobody in", async () => {
    const door = await openStoreDoor(stack.environment.MINIO_ENDPOINT ?? "");
    onTestFinished(() => door.close());
    const begun: string[] = [];
    const executor: Executor = {
      name: "local",
      async run({ id }) {
        begun.push(id);
        door.status = [503, 403, 403][begun.length - 1];
        if (door.status) throw new ObjectStoreError("The object store refuses.", door.status);
        return MODEL;
      },
    };
    const story = async () => {
      const [first, second] = [await newJob(), await newJob()];
      expect(await client.ended(first.id)).toMatchObject({ status: "succeeded", attempt: 1 });
      await client.ended(second.id);
      expect(begun).toEqual([first.id, first.id, first.id, first.id, second.id]);
    };
    await withWorker(executor, story, { WORKER_POOL_SIZE: "1", MINIO_ENDPOINT: door.endpoint });
  });

  test("succeeds at a later attempt", async () => {
    const executor = scripted(async (_context, times) => {
      if (times === 1) throw new Error("unexpected");
    });
    await withWorker(executor, async () => {
      expect(await client.ended((await newJob()).id)).toMatchObject({
        status: "succeeded",
        attempt: 2,
        error: null,
      });
    });
  });

  test("is ended when it takes longer than it may", async () => {
    const story = async () => {
      const job = await client.ended((await newJob()).id);
      expect(job).toMatchObject({ status: "failed", attempt: 1, error: "The job took longer than it may." });
    };
    await withWorker(scripted(untilStopped), story, { WORKER_TIMEOUT: "1s" });
  });

  test("may run for what its runs before have left of its time, however long ago they began", async () => {
    const [waited, ran] = [await newJob(), await newJob()];
    const before = "started_at = now() - interval '1 day', resuming = true, attempt = 1";
    await stack.query(`UPDATE jobs SET ${before} WHERE id = ANY ($1)`, [[waited.id, ran.id]]);
    await stack.query("UPDATE jobs SET ran_ms = 3600000 WHERE id = $1", [ran.id]);
    const executor: Executor = {
      name: "local",
      async run({ id }, context) {
        if (id === ran.id) await untilStopped(context);
        return MODEL;
      },
    };
    const story = async () => {
      expect(await client.ended(waited.id)).toMatchObject({ status: "succeeded", attempt: 1 });
      expect(await client.ended(ran.id)).toMatchObject({ error: "The job took longer than it may." });
    };
    await withWorker(executor, story, { WORKER_TIMEOUT: "1h" });
  });
});

test("a canceled job stops its run and stays canceled", async () => {
  let stoppedAs: unknown;
  const executor = scripted(async (context) => {
    await untilStopped(context).catch((reason) => {
      stoppedAs = reason;
      throw reason;
    });
  });
  await withWorker(executor, async () => {
    const { id } = await newJob();
    await client.until(id, (job) => job.status === "running");
    expect((await client.fetch(`/jobs/${id}/cancel`, { method: "POST" })).status).toBe(202);
    expect((await client.fetch(`/jobs/${id}/cancel`, { method: "POST" })).status).toBe(202);
    await expect.poll(() => stoppedAs, { timeout: 30_000 }).toBe("canceled");
    const job = (await (await client.fetch(`/jobs/${id}`)).json()) as Job;
    expect(job).toMatchObject({ status: "canceled", error: null });
    expect(await messages(job)).toContain("Canceled on request.");
  });
});

test("a worker runs no more jobs at once than its pool is wide", async () => {
  let now = 0;
  let most = 0;
  const executor = scripted(async () => {
    now += 1;
    most = Math.max(most, now);
    await sleep(100);
    now -= 1;
  });
  const story = async () => {
    const jobs = await Promise.all(Array.from({ length: 7 }, () => newJob()));
    for (const { id } of jobs) expect((await client.ended(id)).status).toBe("succeeded");
  };
  await withWorker(executor, story, { WORKER_POOL_SIZE: "3" });
  expect(most).toBe(3);
});

describe("draining", () => {
  test("gives a running job to the next worker, which goes on with its checkpoint and same attempt", async () => {
    const seen: (string | undefined)[] = [];
    const executor = scripted(async (context, times) => {
      seen.push((await context.loadCheckpoint())?.toString());
      if (times > 1) return;
      await context.saveCheckpoint(Buffer.from("half"));
      context.progress(0.5);
      await untilStopped(context);
    });
    const { id } = await newJob();
    const first = await stack.startWorker([executor]);
    await client.until(id, (job) => job.progress === 0.5);
    await first.stop();
    expect(await (await client.fetch(`/jobs/${id}`)).json()).toMatchObject({
      status: "queued",
      progress: 0.5,
    });
    await withWorker(executor, async () => {
      expect(await client.ended(id)).toMatchObject({ status: "succeeded", attempt: 1 });
    });
    expect(seen).toEqual([undefined, "half"]);
  });

  test("a training that was moved gives the same model as one that was not", async () => {
    const parameters = { epochs: 12, seed: 3 };
    const moved = await newJob(parameters);
    const first = await stack.startWorker([localExecutor()]);
    await client.until(moved.id, (job) => job.progress > 0.1);
    await first.stop();
    expect(await (await client.fetch(`/jobs/${moved.id}`)).json()).toMatchObject({
      status: "queued",
      attempt: 1,
    });
    await withWorker(localExecutor(), async () => {
      const straight = await newJob(parameters);
      const ends = [await client.ended(moved.id, 50_000), await client.ended(straight.id, 50_000)];
      const models = await Promise.all(
        ends.map(async ({ model_id }) => (await (await client.fetch(`/models/${model_id}`)).json()) as Model),
      );
      expect(models[0]?.sha256).toBe(models[1]?.sha256);
    });
    expect((await messages(moved)).join("\n")).toContain("Going on at");
  });
});

test("a run whose lease was taken away is stopped and can store nothing", async () => {
  const stopped: unknown[] = [];
  const executor = scripted(async (context, times) => {
    if (times > 1) return;
    await untilStopped(context).catch((reason) => stopped.push(reason));
    // It does not obey, and delivers its model late.
  });
  await withWorker(executor, async () => {
    const { id } = await newJob();
    await client.until(id, (job) => job.status === "running");
    const taken = "lease_token = gen_random_uuid(), lease_expires_at = now() - interval '1 s'";
    await stack.query(`UPDATE jobs SET ${taken} WHERE id = $1`, [id]);
    const job = await client.ended(id);
    expect(job.status).toBe("succeeded");
    await expect.poll(() => stopped).toEqual(["lease-lost"]);
    expect(await stack.query("SELECT id FROM models WHERE job_id = $1", [id])).toEqual([
      { id: job.model_id },
    ]);
    expect(executor.runs).toHaveLength(2);
  });
});

/** Nothing happens by itself within a test: what happens was told. */
const ONLY_WHEN_TOLD = { leaseMs: 3_600_000, pollMs: 3_600_000 };

test("an idle worker is told of a new job, and a running one that its job is canceled", async () => {
  const story = async () => {
    for (let n = 0; n < 3; n += 1) {
      const { id } = await newJob();
      await client.until(id, (job) => job.status === "running");
      await client.fetch(`/jobs/${id}/cancel`, { method: "POST" });
      await expect
        .poll(async () => messages({ id } as Job), { timeout: 30_000 })
        .toContain("Canceled on request.");
    }
  };
  await withWorker(scripted(untilStopped), story, {}, ONLY_WHEN_TOLD);
});
