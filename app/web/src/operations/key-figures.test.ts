import { expect, test } from "vitest";
import type { Stats } from "../api/client.ts";
import { errorPercent, KEY_FIGURES } from "./key-figures.ts";

const stats: Stats = {
  time: "2026-01-01T00:00:00Z",
  requests: { per_second: 8, errors_per_second: 2, p95_ms: null },
  jobs: { queued: 7, running: 3, succeeded: 1_200, failed: 1, canceled: 0 },
  workers: { processes: 1, active: 3, capacity: 5 },
  database: { active: 4, idle: 2, max: 50 },
  object_store: { used_bytes: 2_500_000, datasets: 2, models: 9 },
  api: { processes: 2 },
};

test("the seven figures are read from the stats", () => {
  expect(KEY_FIGURES.map(({ of }) => of(stats))).toEqual([8, 25, null, 3, 7, 6, 2_500_000]);
});

test("their notes say what they are measured against", () => {
  expect(KEY_FIGURES.map(({ note }) => note(stats)).slice(3)).toEqual([
    "of 5 places in 1 worker",
    "1,200 succeeded, 1 failed",
    "4 active, 2 idle, at most 50",
    "2 datasets, 9 models",
  ]);
});

test("without requests there is no error rate, not a good one", () => {
  expect(errorPercent({ per_second: 0, errors_per_second: 0, p95_ms: null })).toBeNull();
});
