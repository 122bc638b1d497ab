import { Cron } from "croner";
import { describe, expect, test } from "vitest";
import { renderMetrics } from "./metrics.ts";
import { isOverdue, newestProven } from "./schedule.ts";

const takenAt = "2026-11-25T03:00:00Z";
const seconds = Date.parse(takenAt) / 1_000;

describe("the figure of the newest proven backup", () => {
  test("counts a backup only where it is proven", () => {
    const backups = [
      { takenAt, places: { store: { state: "good" }, offsite: { state: "bad" } } },
      { takenAt: "2026-11-26T03:00:00Z", places: { store: { state: "bad" }, offsite: "unproven" } },
      { takenAt: null, places: { store: "damaged" } },
    ];
    expect(newestProven(["store", "offsite"], backups)).toEqual({ store: seconds, offsite: 0 });
  });

  test("is 0 where there is none", () => {
    expect(newestProven(["store"], [])).toEqual({ store: 0 });
  });
});

describe("a run", () => {
  const daily = new Cron("0 3 * * *", { timezone: "UTC", paused: true });

  test.each([
    ["missing where the newest proven backup is older than the last one due", seconds - 86_400, true],
    ["missing where nothing was ever proven", 0, true],
    ["not missing where the last one due was proven", seconds + 20, false],
  ])("is %s", (_, lastVerified, expected) => {
    const now = new Date("2026-11-25T12:00:00Z");
    expect(isOverdue(daily, { store: lastVerified }, now)).toBe(expected);
  });

  test("is missing where one of two places has not got it", () => {
    const now = new Date("2026-11-25T12:00:00Z");
    expect(isOverdue(daily, { store: seconds + 20, offsite: 0 }, now)).toBe(true);
  });
});

test("the metrics have every reason from the start, and the figure for each repository", () => {
  const text = renderMetrics({
    ...{
      lastVerified: { store: seconds },
      lastAttempt: 1,
      lastDurationSeconds: 2.5,
      lastBytes: 3,
      nextRun: 4,
    },
    failures: { damaged: 2 },
  });
  expect(text).toContain(`backup_last_verified_timestamp_seconds{repository="store"} ${seconds}\n`);
  expect(text).toContain('backup_failures_total{reason="damaged"} 2\n');
  expect(text).toContain('backup_failures_total{reason="wrong-key"} 0\n');
  expect(text).toContain("# TYPE backup_failures_total counter\n");
  expect(text).toContain("backup_last_duration_seconds 2.5\n");
});
