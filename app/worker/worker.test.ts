import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { expect, test, vi } from "vitest";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import { Worker } from "./worker.ts";

const silent = pino({ level: "silent" });
const untilStopped = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));

function aClaim(n: number): Claim {
  return { id: `job-${n}`, token: `token-${n}` } as Claim;
}

/** A queue of as many claims, whose answers the test holds back and lets go. */
function aQueue(overrides: Partial<Queue>): Queue {
  const nothing = { claim: async () => [], renew: async () => new Set(), reap: async () => 0 };
  return { ...nothing, isCanceled: async () => false, ...overrides } as unknown as Queue;
}

test("a drain gives back the jobs of a claim that was under way when it began", async () => {
  const answer = Promise.withResolvers<Claim[]>();
  const ended: string[] = [];
  const run = async (claim: Claim, stop: AbortController) => {
    if (!stop.signal.aborted) await untilStopped(stop.signal);
    await sleep(1);
    ended.push(`${claim.id} ${stop.signal.reason}`);
  };
  const worker = new Worker(
    aQueue({ claim: () => answer.promise }),
    run,
    { poolSize: 2, leaseMs: 60_000, pollMs: 60_000 },
    silent,
  );
  worker.start();
  const drained = worker.drain();
  answer.resolve([aClaim(1)]);
  await drained;
  expect(ended).toEqual(["job-1 draining"]);
});

test("runs are stopped before their lease ends when renewals hang without an answer", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  try {
    const claims = [[aClaim(1)], []];
    const stopped: unknown[] = [];
    const worker = new Worker(
      aQueue({ claim: async () => claims.shift() ?? [], renew: () => new Promise(() => {}) }),
      async (_claim, stop) => {
        await untilStopped(stop.signal);
        stopped.push([stop.signal.reason, performance.now() - startedAt]);
      },
      { poolSize: 1, leaseMs: 30_000, pollMs: 60_000 },
      silent,
    );
    const startedAt = performance.now();
    worker.start();
    for (let second = 0; second < 30; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(stopped).toEqual([["lease-lost", expect.any(Number)]]);
    expect((stopped as [[string, number]])[0][1]).toBeLessThan(30_000);
    await worker.drain();
  } finally {
    vi.useRealTimers();
  }
});

test("a job begins while the end of another is stored, until as many ends wait as the pool has places", async () => {
  const waiting = [aClaim(1), aClaim(2), aClaim(3)];
  const begun: string[] = [];
  const training: (() => void)[] = [];
  const storing: (() => void)[] = [];
  const worker = new Worker(
    aQueue({ claim: async (limit) => waiting.splice(0, limit) }),
    async ({ id }, _stop, onTrained) => {
      begun.push(id);
      await new Promise<void>((resolve) => training.push(resolve));
      onTrained();
      await new Promise<void>((resolve) => storing.push(resolve));
    },
    { poolSize: 1, leaseMs: 60_000, pollMs: 60_000 },
    silent,
  );
  const settled = () => sleep(20).then(() => [...begun, worker.active]);
  worker.start();
  expect(await settled()).toEqual(["job-1", 1]);
  training.shift()?.();
  expect(await settled()).toEqual(["job-1", "job-2", 1]);
  training.shift()?.();
  expect(await settled()).toEqual(["job-1", "job-2", 1]);
  storing.shift()?.();
  expect(await settled()).toEqual(["job-1", "job-2", 1]);
  storing.shift()?.();
  expect(await settled()).toEqual(["job-1", "job-2", "job-3", 1]);
  const drained = worker.drain();
  training.shift()?.();
  await sleep(1);
  storing.shift()?.();
  await drained;
  expect(worker.unended).toBe(0);
});
