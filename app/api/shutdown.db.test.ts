import { afterAll, beforeAll, expect, test } from "vitest";
import { TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await createStack();
});
afterAll(() => stack.remove());

test("a shutdown under load answers every request that comes while it is announced", async () => {
  const api = await stack.startApi({}, 1_000);
  const client = new TestClient(api.url);
  const send = () => client.fetch("/jobs").then(({ status }) => status);
  const statuses = [send(), send(), send()];
  const stopping = api.stop();
  const until = performance.now() + 600;
  while (performance.now() < until) {
    const burst = Array.from({ length: 10 }, send);
    statuses.push(...burst);
    await Promise.all(burst);
  }
  const ready = await client.fetch("/health/ready");
  expect([ready.status, ready.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]));
  await stopping;
});

test("a stopped replica takes no connection", async () => {
  const api = await stack.startApi();
  const client = new TestClient(api.url);
  expect((await client.fetch("/health/ready")).status).toBe(200);
  await api.stop();
  await expect(client.fetch("/health/ready")).rejects.toThrow();
});
