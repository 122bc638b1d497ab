import { expect, test } from "vitest";
import type { DeployLock } from "./deploy-lock.ts";
import { describeLock, explainStale, SILENT_MS, STALE_MS, verdictOn } from "./describe-lock.ts";

const holder = { owner: "ada", host: "laptop", pid: 77, command: "pulumi up" };
const lock = (silentMs: number): DeployLock => ({
  ...{ id: "x", holder, silentMs },
  startedAt: new Date("2026-11-25T10:00:00.123Z"),
});
const here = (isRunning: boolean) => ({ host: "laptop", isRunning: () => isRunning });
const elsewhere = { host: "desk", isRunning: () => false };

test("a holder that was just heard is waited for, even where its process id means nothing", () => {
  expect(verdictOn(lock(SILENT_MS - 1), here(false))).toBe("wait");
  expect(verdictOn(lock(SILENT_MS - 1), elsewhere)).toBe("wait");
});

test("a killed run of the same host is taken over, and of no other", () => {
  expect(verdictOn(lock(SILENT_MS), here(false))).toBe("take over");
  expect(verdictOn(lock(SILENT_MS), here(true))).toBe("wait");
  expect(verdictOn(lock(STALE_MS), elsewhere)).toBe("stale");
});

test("a process that runs but is long silent is left to people", () => {
  expect(verdictOn(lock(STALE_MS), here(true))).toBe("stale");
});

test("who waits is told who, where, what, since when and how alive", () => {
  expect(describeLock(lock(180_000))).toBe(
    "ada on laptop (process 77: pulumi up) since 2026-11-25T10:00:00Z, last heard 3 min ago",
  );
});

test("a stale lock is explained with the command that breaks it", () => {
  expect(explainStale("prod", lock(STALE_MS))).toContain("npx slipway lock --stack prod --break");
});
