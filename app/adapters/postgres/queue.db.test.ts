import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../core/id.ts";
import { JOB_STATUSES, JOB_TRANSITIONS, type JobEvent, type JobStatus, nextStatus } from "../../core/job.ts";
import { completeParameters } from "../../core/parameters.ts";
import { testPool } from "../../testing/pool.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";
import { Jobs } from "./jobs.ts";
import type { Pool } from "./pool.ts";
import { type Claim, type FinishedModel, Queue } from "./queue.ts";

const LEASE_MS = 60_000;
let stack: TestStack;
let pool: Pool;
let queue: Queue;
let datasetId: string;

beforeAll(async () => {
  stack = await createStack();
  pool = testPool(stack);
  queue = new Queue(pool, "worker-1", LEASE_MS);
  datasetId = newId();
  await pool.query(
    `INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
     VALUES ($1, 'd', 'text', 'ready', 1, 'x', 1, 'datasets/d')`,
    [datasetId],
  );
});
afterAll(async () => {
  await pool.end();
  await stack.remove();
});
beforeEach(() => pool.query("TRUNCATE jobs CASCADE"));

async function newJob(): Promise<string> {
  const created = await new Jobs(pool).create({
    datasetId,
    baseModel: "char-mlp-small",
    executor: "local",
    parameters: completeParameters({}),
  });
  if (created.outcome !== "created") throw new Error(created.outcome);
  return created.job.id;
}

async function claimOne(): Promise<Claim> {
  const [claim] = await queue.claim(1);
  if (!claim) throw new Error("nothing to claim");
  return claim;
}

async function row(id: string) {
  const { rows } = await pool.query("SELECT * FROM jobs WHERE id = $1", [id]);
  return rows[0];
}

function aModel(): FinishedModel {
  const id = newId();
  return { id, name: "m", contentType: "t", bytes: 1, sha256: "x", metrics: {}, objectKey: `models/${id}` };
}

/** The lease runs out and nobody prolongs it. */
async function lost(claim: Claim): Promise<void> {
  await pool.query("UPDATE jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1", [claim.id]);
  expect(await queue.reap()).toBe(1);
}

/** The lease runs out and somebody else claims the job. */
async function takenOver(claim: Claim): Promise<Claim> {
  await lost(claim);
  return claimOne();
}

/** As if the lease had been prolonged so much earlier. */
async function passes(claim: Claim, seconds: number): Promise<void> {
  await pool.query(
    "UPDATE jobs SET lease_expires_at = lease_expires_at - $2 * interval '1 s' WHERE id = $1",
    [claim.id, seconds],
  );
}

describe("claim", () => {
  test("gives each job to one claimer, oldest first", async () => {
    const ids = [];
    for (let n = 0; n < 20; n += 1) ids.push(await newJob());
    const claimed = (await Promise.all(Array.from({ length: 8 }, () => queue.claim(3)))).flat();
    expect(claimed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(new Set(claimed.map(({ token }) => token)).size).toBe(20);
  });

  test("leaves a job that is not due", async () => {
    const claim = await newJob().then(claimOne);
    await queue.retry(claim, "later", 60_000);
    expect(await queue.claim(1)).toEqual([]);
  });

  test("brings the dataset along", async () => {
    await newJob();
    expect((await claimOne()).dataset).toMatchObject({ name: "d", format: "text", object_key: "datasets/d" });
  });
});

describe("a worker whose lease was taken over", () => {
  let stale: Claim;
  let current: Claim;
  beforeEach(async () => {
    await newJob();
    stale = await claimOne();
    current = await takenOver(stale);
    expect(current.id).toBe(stale.id);
  });

  const writes: [string, () => Promise<boolean>][] = [
    ["finish the job", () => queue.succeed(stale, aModel())],
    ["fail the job", () => queue.fail(stale, "no")],
    ["give the job back", () => queue.giveBack(stale)],
    ["retry the job", () => queue.retry(stale, "no", 0)],
    [
      "write to the log",
      () => queue.report(stale, [{ time: "2026-01-01", level: "info", message: "x" }], 0.9),
    ],
    ["move the checkpoint", () => queue.saveCheckpoint(stale, "checkpoints/stale")],
  ];
  test.each(writes)("cannot %s", async (_, write) => {
    const before = await row(stale.id);
    expect(await write()).toBe(false);
    expect(await row(stale.id)).toEqual(before);
    const { rows } = await pool.query(
      "SELECT message FROM job_log WHERE message = 'x' UNION SELECT name FROM models",
    );
    expect(rows).toEqual([]);
  });

  test("does not get its lease renewed", async () => {
    expect(await queue.renew([stale.token, current.token])).toEqual(new Set([current.token]));
  });

  test("does not disturb the one who has it now", async () => {
    expect(await queue.succeed(current, aModel())).toBe(true);
  });
});

describe("attempts", () => {
  test("a retry counts, a give-back and a lost worker do not", async () => {
    const id = await newJob();
    const first = await claimOne();
    expect(first.attempt).toBe(1);
    await queue.giveBack(first);
    const again = await claimOne();
    expect(again.attempt).toBe(1);
    const third = await takenOver(again);
    expect(third.attempt).toBe(1);
    await queue.retry(third, "outside", 0);
    expect((await claimOne()).attempt).toBe(2);
    expect(await row(id)).toMatchObject({ interruptions: 1, error: "outside" });
  });

  test("a job that loses its worker 10 times is failed", async () => {
    const id = await newJob();
    await pool.query("UPDATE jobs SET interruptions = 9 WHERE id = $1", [id]);
    const claim = await claimOne();
    await pool.query("UPDATE jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1", [claim.id]);
    await queue.reap();
    expect(await row(id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("lost 10 times"),
    });
  });
});

describe("a job that was interrupted", () => {
  const interruptions: [string, (claim: Claim) => Promise<unknown>][] = [
    ["whose worker gave it back", (claim) => queue.giveBack(claim)],
    ["whose worker was lost", lost],
  ];
  test.each(interruptions)("%s goes on before those that were never started", async (_, interrupt) => {
    const id = await newJob();
    const claim = await claimOne();
    const waiting = [await newJob(), await newJob()];
    await interrupt(claim);
    expect([await claimOne(), await claimOne(), await claimOne()].map((next) => next.id)).toEqual([
      id,
      ...waiting,
    ]);
  });

  const pauses: [string, (claim: Claim) => Promise<unknown>][] = [
    ...interruptions,
    ["that is tried again", (claim) => queue.retry(claim, "outside", 0)],
  ];
  test.each(pauses)("%s is charged for what it ran, and not for what it waited", async (_, interrupt) => {
    const id = await newJob();
    const first = await claimOne();
    expect(first.ran_ms).toBe(0);
    await passes(first, 40);
    await queue.renew([first.token]);
    await interrupt(first);
    await pool.query("UPDATE jobs SET started_at = started_at - interval '1 day' WHERE id = $1", [id]);
    const second = await claimOne();
    expect(Math.floor(second.ran_ms / 10_000)).toBe(4);
    await passes(second, 30);
    await queue.giveBack(second);
    expect(Math.floor((await claimOne()).ran_ms / 10_000)).toBe(7);
  });
});

/** What a simulated job still needs, in seconds. */
type Work = Map<string, number>;

const TICK_SECONDS = 5;
/** A checkpoint every so many ticks, and twenty minutes of work. */
const SAVE_TICKS = 3;
const WORK_SECONDS = 1_200;

/**
 * One worker with five places, for one tick: a job without work kills it and all that run beside it; the others get on,
 * save their checkpoint now and then, and end when their work is done.
 */
async function runOneTick(running: Claim[], work: Work, tick: number): Promise<Claim[]> {
  const claims = [...running, ...(await queue.claim(5 - running.length))];
  if (claims.some(({ id }) => !work.has(id))) {
    await pool.query("UPDATE jobs SET lease_expires_at = now() - interval '1 s' WHERE status = 'running'");
    expect(await queue.reap()).toBe(claims.length);
    return [];
  }
  const unended = [];
  for (const claim of claims) {
    const left = (work.get(claim.id) ?? 0) - TICK_SECONDS;
    work.set(claim.id, left);
    if (tick % SAVE_TICKS === 0) expect(await queue.saveCheckpoint(claim, `checkpoints/${tick}`)).toBe(true);
    if (left > 0) unended.push(claim);
    else expect(await queue.succeed(claim, aModel())).toBe(true);
  }
  return unended;
}

test("jobs that kill their worker each time fail alone: long neighbours and the jobs behind them end", async () => {
  const poisons = await Promise.all([1, 2, 3, 4].map(newJob));
  const work: Work = new Map();
  for (let n = 0; n < 12; n += 1) work.set(await newJob(), WORK_SECONDS);
  let running: Claim[] = [];
  for (let tick = 0; tick < 1_500; tick += 1) {
    running = await runOneTick(running, work, tick);
    await pool.query("UPDATE jobs SET run_at = run_at - $1 * interval '1 s' WHERE status = 'queued'", [
      TICK_SECONDS,
    ]);
  }
  const { rows } = await pool.query("SELECT id FROM jobs WHERE status = 'failed' ORDER BY id");
  expect(rows.map(({ id }) => id)).toEqual(poisons.sort());
  const { rows: ended } = await pool.query("SELECT FROM jobs WHERE status = 'succeeded'");
  expect(ended).toHaveLength(work.size);
});

test("a job that gets on between its losses keeps its place and is not given up, however many they are", async () => {
  const id = await newJob();
  await newJob();
  for (let n = 0; n < 12; n += 1) {
    const claim = await claimOne();
    expect(claim.id).toBe(id);
    await queue.saveCheckpoint(claim, `checkpoints/${n}`);
    await lost(claim);
  }
  expect(await row(id)).toMatchObject({ status: "queued", interruptions: 1 });
});

test("storing the same success twice says yes and stores one model", async () => {
  await newJob();
  const claim = await claimOne();
  const model = aModel();
  expect(await queue.succeed(claim, model)).toBe(true);
  expect(await queue.succeed(claim, model)).toBe(true);
  expect((await pool.query("SELECT id FROM models")).rows).toEqual([{ id: model.id }]);
});

test("log entries are numbered without gaps over several writes", async () => {
  await newJob();
  const claim = await claimOne();
  const line = (message: string) => ({ time: new Date().toISOString(), level: "info" as const, message });
  await queue.report(claim, [line("a"), line("b")], 0.1);
  await queue.report(claim, [], 0.2);
  await queue.report(claim, [line("c")], 0.15);
  const { rows } = await pool.query("SELECT seq, message FROM job_log ORDER BY seq");
  expect(rows).toEqual(["a", "b", "c"].map((message, index) => ({ seq: index + 1, message })));
  expect((await row(claim.id)).progress).toBeCloseTo(0.2);
});

describe("the SQL follows the state machine", () => {
  const events: Record<JobEvent, (id: string, claim: Claim) => Promise<unknown>> = {
    claim: () => queue.claim(1),
    succeed: (_, claim) => queue.succeed(claim, aModel()),
    fail: (_, claim) => queue.fail(claim, "no"),
    retry: (_, claim) => queue.retry(claim, "no", 0),
    give_back: (_, claim) => queue.giveBack(claim),
    cancel: (id) => new Jobs(pool).cancel(id),
  };
  const cases = JOB_STATUSES.flatMap((status) =>
    (Object.keys(JOB_TRANSITIONS) as JobEvent[]).map((event): [JobStatus, JobEvent] => [status, event]),
  );
  test.each(cases)("%s, then %s", async (status, event) => {
    const id = await newJob();
    let claim: Claim = { id, token: newId() } as Claim;
    if (status !== "queued") claim = await claimOne();
    if (status === "succeeded") await queue.succeed(claim, aModel());
    if (status === "failed") await queue.fail(claim, "x");
    if (status === "canceled") await new Jobs(pool).cancel(id);
    expect((await row(id)).status).toBe(status);
    await events[event](id, claim);
    expect((await row(id)).status).toBe(nextStatus(status, event) ?? status);
  });
});
