import { expect, test } from "vitest";
import { exampleManifest } from "../../infra/operations/release/example-manifest.ts";
import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import type { Shown } from "../backup/render-restore.ts";
import { renderRollbackPlan, renderRolledBack } from "./render-plan.ts";
import type { RollbackPlan } from "./rollback-plan.ts";

const image = (letter: string) => `127.0.0.1:5000/slipway/app@sha256:${letter.repeat(64)}`;
const release = (id: string, letter: string): ReleaseManifest => ({
  ...{ ...exampleManifest(1, null), id, images: { app: image(letter), web: image("f") } },
  settings: { backend: { replicas: letter === "a" ? 2 : 3 }, worker: {} },
});
const shown: Shown = {
  ...{ restorePoint: "20261125t030000-aaaa", kind: "restore-point", release: "r2" },
  ...{ takenAt: "2026-11-25T03:00:00.123Z", bytes: 1, objects: { count: 0, bytes: 0 }, places: {} },
  objectsLost: 0,
  rowsThen: { "public.jobs": 2 },
  ...{ rowsNow: { "public.jobs": 5 }, changed: ["public.jobs"] },
};
const way = {
  ...{ current: "0042-more.sql", wanted: "0040-less.sql", restorePoint: shown.restorePoint },
  between: [{ name: "0042-more.sql", compatible: true }],
};
const plan: RollbackPlan = {
  ...{ from: release("r2", "b"), to: release("r1", "a"), runsNewest: true, way },
  ...{ data: undefined, pending: undefined },
};

test("the plan names both releases, what changes of images and settings, and the downtime class", () => {
  const text = renderRollbackPlan("prod", plan, "zero");
  expect(text).toContain("Rollback of stack prod");
  expect(text).toMatch(/from +r2, version 1\.0\.0, 0000000000/);
  expect(text).toMatch(/images +app b{12} → a{12}\n/);
  expect(text).toMatch(/settings +backend\n/);
  expect(text).toMatch(/downtime +zero\n/);
});

test("where the data stays, it says why the older release can work on the newer schema", () => {
  const text = renderRollbackPlan("prod", plan, "zero");
  expect(text).toMatch(/schema +0042 stays: 0042 is compatible with the older release/);
  expect(text).toMatch(/data +stays as it is/);
});

test("where it goes back, it says what was written since by table, and that the app stands still", () => {
  const text = renderRollbackPlan("prod", { ...plan, data: shown }, "zero");
  expect(text).toMatch(/schema +0042 → 0040/);
  expect(text).toMatch(
    /data +goes back to restore point 20261125t030000-aaaa of 2026-11-25T03:00:00Z; written since/,
  );
  expect(text).toContain("public.jobs: 5 rows now, 2 rows then");
  expect(text).toMatch(/downtime +brief stop/);
});

test("one that is finished after a kill says so, and that the data is back", () => {
  const pending = {
    to: "r1",
    restorePoint: "p",
    newest: 2,
    replicas: {},
    isRestoring: true,
    isRestored: true,
  };
  const text = renderRollbackPlan("prod", { ...plan, pending }, "zero");
  expect(text).toContain("One that was begun is finished.");
  expect(text).toMatch(/data +is back already/);
});

test("what runs after an up that failed is said to be of no release", () => {
  expect(renderRollbackPlan("prod", { ...plan, runsNewest: false }, "zero")).toContain(
    "of no recorded release",
  );
});

test("what was done tells where the newer data is, and which objects could not be had back", () => {
  const restored = {
    ...{ restorePoint: "p", takenAt: "2026-11-26T01:00:00Z", database: "app", keptAs: "app_before_p" },
    ...{ objectsReturned: 0, objectsLost: 1, lostKeys: ["datasets/a"], rows: {} },
  };
  const done = { to: "r1", release: "r3", restored, warning: null };
  expect(renderRolledBack("prod", done)).toBe(
    "Stack prod is back at r1, recorded as r3. What was written since is in database app_before_p. Warning: 1 objects that its rows name are nowhere whole any more: datasets/a. While the live database has datasets or models without their objects, no backup succeeds, and so no up with a migration: DELETE /datasets/ID removes a dataset (or PUT gives it new content), DELETE /jobs/ID a job with its model.\n",
  );
  expect(renderRolledBack("prod", { ...done, restored: null })).toBe(
    "Stack prod is back at r1, recorded as r3.\n",
  );
  expect(renderRolledBack("prod", { ...done, restored: null, warning: "Objects may be missing." })).toBe(
    "Stack prod is back at r1, recorded as r3. Objects may be missing.\n",
  );
});
