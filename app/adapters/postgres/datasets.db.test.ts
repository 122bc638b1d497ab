import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../core/id.ts";
import { testPool } from "../../testing/pool.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";
import { Datasets } from "./datasets.ts";
import { inTransaction, type Pool } from "./pool.ts";

const CONTENT = { bytes: 2, sha256: "y", rows: 2 };

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

async function newDataset(): Promise<string> {
  const id = newId();
  await pool.query(
    `INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
     VALUES ($1, $2, 'text', 'ready', 1, 'x', 1, 'datasets/d')`,
    [id, `of ${id}`],
  );
  return id;
}

/** Whether somebody waits for a lock that another transaction has. */
async function isWaiting(): Promise<boolean> {
  const { rows } = await pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  return rows.length > 0;
}

test.each([
  ["removed", (datasets: Datasets, id: string) => datasets.remove(id)],
  ["given other content", (datasets: Datasets, id: string) => datasets.accept(id, "datasets/e", CONTENT)],
])("a dataset is not %s under a job that is made in the same moment", async (_what, change) => {
  const id = await newDataset();
  const { changed } = await inTransaction(pool, async (client) => {
    // As a job that is made does it.
    await client.query("SELECT status FROM datasets WHERE id = $1 FOR KEY SHARE", [id]);
    const changed = change(new Datasets(pool), id);
    await expect.poll(isWaiting).toBe(true);
    await client.query(
      `INSERT INTO jobs (id, dataset_id, base_model, executor, parameters, status)
       VALUES ($1, $2, 'char-mlp-small', 'local', '{}', 'queued')`,
      [newId(), id],
    );
    return { changed };
  });
  expect(await changed).toEqual({ outcome: "in-use" });
});

test("an upload is taken once, and content of one that is not expected any more replaces nothing", async () => {
  const datasets = new Datasets(pool);
  const id = await newDataset();
  await datasets.expectUpload(id, "uploads/1");
  const take = (objectKey: string, uploadKey: string) => datasets.accept(id, objectKey, CONTENT, uploadKey);
  expect(await take("datasets/first", "uploads/1")).toEqual({
    outcome: "accepted",
    replacedKey: "datasets/d",
  });
  expect(await take("datasets/second", "uploads/1")).toEqual({ outcome: "not-expected" });
  await datasets.expectUpload(id, "uploads/2");
  expect(await take("datasets/third", "uploads/1")).toEqual({ outcome: "not-expected" });
  expect(await datasets.find(id)).toMatchObject({ object_key: "datasets/first", upload_key: "uploads/2" });
});
