import { expect, test } from "vitest";
import { runChaos } from "../testing/chaos.ts";

/** `bench/chaos.ts` runs 500. */
const JOBS = 60;

test("however workers, database and object store fail, each job ends once with its one model", {
  timeout: 600_000,
}, async () => {
  const report = await runChaos({ jobs: JOBS, endMaxMs: 480_000 });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report).toMatchObject({
    statuses: { succeeded: JOBS },
    unended: [],
    endedTwice: [],
    modelsMissing: [],
    modelsDoubled: 0,
    differentModels: 1,
    restarts: ["database", "object store"],
  });
  // It was a storm indeed.
  expect(report.interruptions).toBeGreaterThan(0);
  expect(Math.min(report.kills.SIGKILL, report.kills.SIGTERM)).toBeGreaterThan(2);
});

/**
 * Jobs are then taken from workers that live, until they are given up as lost ten times. That none ends twice even so
 * is the work of the table's constraints.
 */
test("a queue whose leases hold nothing is found out", { timeout: 240_000 }, async () => {
  const report = await runChaos({ jobs: 30, endMaxMs: 60_000, withoutLease: true });
  process.stdout.write(`${JSON.stringify({ ...report, unended: report.unended.length })}\n`);
  expect(report.statuses.failed).toBeGreaterThan(0);
});
