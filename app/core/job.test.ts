import { describe, expect, test } from "vitest";
import { isTerminal, JOB_STATUSES, nextStatus, retryDelayMs } from "./job.ts";

describe("a job's states", () => {
  test("only a queued job can be claimed", () => {
    expect(JOB_STATUSES.filter((status) => nextStatus(status, "claim"))).toEqual(["queued"]);
  });

  test("a finished job never changes again", () => {
    expect(JOB_STATUSES.filter(isTerminal)).toEqual(["succeeded", "failed", "canceled"]);
  });

  test("a waiting and a running job can be canceled", () => {
    expect(JOB_STATUSES.filter((status) => nextStatus(status, "cancel"))).toEqual(["queued", "running"]);
  });
});

describe("retryDelayMs", () => {
  test("doubles with each attempt and stays within its bounds", () => {
    expect([1, 2, 3].map((attempt) => retryDelayMs(attempt, 1))).toEqual([2_000, 4_000, 8_000]);
    expect(retryDelayMs(1, 0)).toBe(1_000);
    expect(retryDelayMs(50, 1)).toBe(300_000);
  });

  test("waits as long as the outside asked for", () => {
    expect(retryDelayMs(1, 0, 60_000)).toBe(60_000);
  });
});
