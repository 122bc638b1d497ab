import { describe, expect, test } from "vitest";
import { describeJob, isActive, JOB_STATUSES, runtimeMs } from "./job-status.ts";

test("only a queued and a running job are active", () => {
  expect(JOB_STATUSES.filter((status) => isActive({ status }))).toEqual(["queued", "running"]);
});

test("a job that is tried again says so", () => {
  expect(describeJob({ status: "queued", attempt: 0, progress: 0 })).toBe("Waiting for a worker");
  expect(describeJob({ status: "queued", attempt: 1, progress: 0.5 })).toBe("Waiting for its next attempt");
});

describe("runtimeMs", () => {
  test("goes on until the job ends", () => {
    const started_at = "2026-01-01T00:00:00Z";
    const start = Date.parse(started_at);
    expect(runtimeMs({ started_at, finished_at: null }, start + 5_000)).toBe(5_000);
    expect(runtimeMs({ started_at, finished_at: "2026-01-01T00:00:02Z" }, start + 5_000)).toBe(2_000);
    expect(runtimeMs({ started_at: null, finished_at: null }, start)).toBeUndefined();
  });
});
