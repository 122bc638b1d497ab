import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../core/id.ts";
import { testPool } from "../../testing/pool.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";
import { Jobs } from "./jobs.ts";
import type { Pool } from "./pool.ts";

let stack: TestStack;
let pool: Pool;

beforeAll(async () => {
  stack = await createStack();
  pool = testPool(stack);
});
afterAll(async () => {
  await pool.end();
  await stack.remove();
});

async function newJobs(count: number): Promise<string[]> {
  const datasetId = newId();
  const ids = Array.from({ length: count }, () => newId());
  await pool.query("INSERT INTO datasets (id, name, format) VALUES ($1, $2, 'text')", [
    datasetId,
    `of ${datasetId}`,
  ]);
  await pool.query(
    `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters)
     SELECT id, $2, 'char-mlp-small', 'local', '{}' FROM unnest($1::uuid[]) AS new (id)`,
    [ids, datasetId],
  );
  return ids;
}

test("jobs asked for in one turn are found by one statement, each for whoever asked", async () => {
  const [first = "", second = ""] = await newJobs(2);
  const jobs = new Jobs(pool);
  const query = vi.spyOn(pool, "query");
  const asked = [second, newId(), first, second, first.toUpperCase()];
  const found = await Promise.all(asked.map((id) => jobs.find(id)));
  expect(query).toHaveBeenCalledTimes(1);
  query.mockRestore();
  expect(found.map((job) => job?.id)).toEqual([second, undefined, first, second, first]);
});

test("a job is found as it is when it is asked for, not as it was the last time", async () => {
  const [id = ""] = await newJobs(1);
  const jobs = new Jobs(pool);
  expect((await jobs.find(id))?.status).toBe("queued");
  expect((await jobs.cancel(id))?.status).toBe("canceled");
  expect((await jobs.find(id))?.status).toBe("canceled");
});

test("more jobs than one statement looks up are all found", async () => {
  const ids = await newJobs(250);
  const jobs = new Jobs(pool);
  const query = vi.spyOn(pool, "query");
  const found = await Promise.all(ids.map((id) => jobs.find(id)));
  expect(query).toHaveBeenCalledTimes(3);
  query.mockRestore();
  expect(found.map((job) => job?.id)).toEqual(ids);
});

test("a statement that fails fails those who share it, and nobody after them", async () => {
  const ids = await newJobs(2);
  const jobs = new Jobs(pool);
  const query = vi.spyOn(pool, "query").mockRejectedValueOnce(new Error("Connection terminated"));
  const found = await Promise.allSettled(ids.map((id) => jobs.find(id)));
  query.mockRestore();
  expect(found.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect((await jobs.find(ids[0] ?? ""))?.id).toBe(ids[0]);
});

test("a lookup is planned once, not with each statement", async () => {
  const [id = ""] = await newJobs(1);
  const single = testPool(stack, { connectionsMax: 1 });
  try {
    const jobs = new Jobs(single);
    for (let times = 0; times < 10; times += 1) await jobs.find(id);
    // Postgres plans the first five with their values, then compares.
    const { rows } = await single.query(
      "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE name = 'find-jobs'",
    );
    expect(rows).toEqual([{ custom_plans: 5, generic_plans: 5 }]);
  } finally {
    await single.end();
  }
});
