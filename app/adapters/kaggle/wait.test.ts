import { expect, test } from "vitest";
import { backoffMs, waitMs } from "./wait.ts";

test("the wait doubles up to its maximum, with jitter down to half", () => {
  const longest = [1, 2, 3, 4].map((n) => backoffMs(n, 100, 500, () => 1));
  expect(longest).toEqual([100, 200, 400, 500]);
  expect(backoffMs(3, 100, 500, () => 0)).toBe(200);
});

test("a wait ends at once with the signal's reason", async () => {
  const stop = new AbortController();
  const waiting = waitMs(60_000, stop.signal);
  stop.abort("draining");
  await expect(waiting).rejects.toBe("draining");
});
