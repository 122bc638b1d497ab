import { afterAll, beforeAll, expect, test } from "vitest";
import { testPool } from "../../testing/pool.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await createStack();
});
afterAll(() => stack.remove());

test("a connection that breaks between two queries fails the next one, and not the process", async () => {
  const pool = testPool(stack, { connectionsMax: 1, applicationName: "pool-test" });
  const connection = await pool.connect();
  const ended = new Promise<void>((end) => connection.once("end", end));
  await stack.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pool-test'",
  );
  await ended;
  await expect(connection.query("SELECT 1")).rejects.toThrow();
  connection.release(true);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await pool.end();
});
