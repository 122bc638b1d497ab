import { expect, test } from "vitest";
import { renderMetrics } from "../metrics.ts";
import { archiveFault } from "./archive-state.ts";

const state = { lastArchived: 1_795_680_155, waitingSegments: 4, logBytes: 80e6, isFailing: true };

test("an archive that fails is told with what waits, and what it takes of the disk", () => {
  expect(archiveFault(state)).toMatch(
    /last at 2026-11-26T08:02:35.000Z\): 4 segments wait, .* 80 MB of the database/,
  );
  expect(archiveFault({ ...state, lastArchived: 0 })).toContain("it never was");
  expect(archiveFault({ ...state, isFailing: false })).toBeUndefined();
});

const figures = {
  ...{ lastVerified: {}, lastAttempt: 0, lastDurationSeconds: 0, lastBytes: 0, failures: {}, nextRun: 0 },
};

test("the metrics tell of it, and of nothing while the server cannot be asked", () => {
  const text = renderMetrics({ ...figures, pointInTime: { baseLastVerified: { store: 7 }, archive: state } });
  expect(text).toContain('backup_base_last_verified_timestamp_seconds{repository="store"} 7\n');
  expect(text).toContain("backup_log_failing 1\n");
  expect(text).toContain("backup_log_bytes 80000000\n");
  expect(text).toContain("backup_log_waiting_segments 4\n");
  const unknown = renderMetrics({ ...figures, pointInTime: { baseLastVerified: {}, archive: null } });
  expect(unknown).not.toContain("backup_log_failing");
  expect(renderMetrics(figures)).not.toContain("backup_base");
});
