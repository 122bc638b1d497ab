import { expect, test } from "vitest";
import type { Pool } from "./pool.ts";
import { RateWindows } from "./rate-windows.ts";

const WINDOW_MS = 60_000;

/** A database that counts, and how often it was asked. */
function countingPool(ttl: number) {
  const hits = new Map<string, number>();
  const pool = {
    asked: 0,
    async query({ values }: { values: [string[], number[]] }) {
      pool.asked += 1;
      const [keys, counts] = values;
      const rows = keys.map((key, index) => {
        hits.set(key, (hits.get(key) ?? 0) + (counts[index] ?? 0));
        return { key, hits: hits.get(key), ttl };
      });
      return { rows };
    },
  };
  return pool;
}

test("a client over its limit is known, and refused without asking, until its window ends", async () => {
  const pool = countingPool(50);
  const windows = new RateWindows(pool as unknown as Pool, WINDOW_MS);
  await windows.hit("a", 2);
  await windows.hit("a", 2);
  expect(windows.isExceeded("a")).toBe(false);
  expect((await windows.hit("a", 2)).current).toBe(3);
  expect([windows.isExceeded("a"), windows.isExceeded("b")]).toEqual([true, false]);
  await windows.hit("a", 2);
  expect(pool.asked).toBe(3);
  await expect.poll(() => windows.isExceeded("a")).toBe(false);
});

test("requests of one moment are counted by one statement, each with its own number", async () => {
  const pool = countingPool(WINDOW_MS);
  const windows = new RateWindows(pool as unknown as Pool, WINDOW_MS);
  const found = await Promise.all(["a", "b", "a", "a"].map((key) => windows.hit(key, 10)));
  expect(found.map(({ current }) => current)).toEqual([1, 1, 2, 3]);
  expect(pool.asked).toBe(1);
});
