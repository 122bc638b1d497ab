import { pbkdf2 } from "node:crypto";
import { EventEmitter } from "node:events";
import { promisify } from "node:util";
import type pg from "pg";
import { expect, test } from "vitest";
import { watchLock } from "./lock.ts";

/** As while a large folder is removed: nothing else is done meanwhile. */
function beBusy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** A connection whose answer comes from outside this process, which is busy by then. */
function connectionOf(busyMs: number): pg.Client {
  const query = async () => {
    const answer = promisify(pbkdf2)("", "", 10_000, 32, "sha256");
    setImmediate(() => beBusy(busyMs));
    await answer;
  };
  return Object.assign(new EventEmitter(), { query }) as unknown as pg.Client;
}

test("a lock is not lost for an answer that waited for this process", async () => {
  const { lost, end } = watchLock(connectionOf(300), { askMs: 5, answerMsMax: 20 });
  const held = new Promise((resolve) => setTimeout(resolve, 1_000, "held"));
  expect(await Promise.race([lost, held]).finally(end)).toBe("held");
});

test("a lock is lost where the server is silent", async () => {
  const silent = Object.assign(new EventEmitter(), { query: () => new Promise(() => {}) });
  const { lost, end } = watchLock(silent as unknown as pg.Client, { askMs: 5, answerMsMax: 20 });
  await expect(lost.finally(end)).rejects.toThrow(expect.objectContaining({ reason: "lock-lost" }));
});
