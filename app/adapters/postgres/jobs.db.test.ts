import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../core/id.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";
import { Jobs } from "./jobs.ts";
import { createPool, type Pool } from "./pool.ts";

let stack: TestStack;
let pool: Pool;

beforeAll(async () => {
  stack = await createStack();
  pool = createPool({
    url: stack.databaseUrl,
    connectionsMax: 10,
    idleConnectionsMax: 0,
    connectionLifetimeMs: 60_000,
    applicationName: "test",
  });
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
  const found = await Promise.all(ids.map((id) => jobs.find(id)));
  expect(found.map((job) => job?.id)).toEqual(ids);
});
