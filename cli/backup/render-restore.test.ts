import { describe, expect, test } from "vitest";
import { refuseOtherSchema } from "../restore.ts";
import { renderPlan, renderRestored, type Shown } from "./render-restore.ts";

const shown: Shown = {
  restorePoint: "20261125t030000-aaaa",
  kind: "scheduled",
  release: null,
  takenAt: "2026-11-25T03:00:00.123Z",
  bytes: 1_000_000,
  objects: { count: 2, bytes: 10 },
  objectsLost: 0,
  places: { store: "good" },
  rowsThen: { "public.jobs": 2, "public.datasets": 1, "public.old": 0 },
  rowsNow: { "public.jobs": 5, "public.datasets": 1 },
  changed: ["public.jobs", "public.datasets", "public.old"],
};

test("the plan says, table by table, what was written since, and where it stays", () => {
  const text = renderPlan("prod", shown);
  expect(text).toContain("public.jobs: 5 rows now, 2 rows then");
  expect(text).toContain("public.datasets: 1 rows, some of them other ones");
  expect(text).toContain("public.old: no table now, 0 rows then");
  expect(text).toContain("app_before_20261125t030000-aaaa");
});

test("the plan of a restore that changes no row says so", () => {
  expect(renderPlan("prod", { ...shown, changed: [] })).toContain("has the same rows");
});

test("data of another schema than the running release's is refused, and what to do instead is told", () => {
  const other = { ...shown, changed: ["public.schema_migrations"] };
  expect(() => refuseOtherSchema(other, "prod")).toThrow(
    /another schema.*Nothing was changed.*stack rollback --stack prod --restore-data.*--into NAME/s,
  );
  expect(() => refuseOtherSchema(shown, "prod")).not.toThrow();
});

test("data of the same schema is no other for having been migrated at another time, as on a volume made anew", () => {
  const other = { ...shown, changed: ["public.schema_migrations"] };
  expect(() => refuseOtherSchema({ ...other, isSameSchema: true }, "prod")).not.toThrow();
  expect(() => refuseOtherSchema({ ...shown, isSameSchema: false }, "prod")).toThrow(/another schema/);
  // A backup from before that was told.
  expect(() => refuseOtherSchema({ ...other, isSameSchema: null }, "prod")).toThrow(/another schema/);
});

test("the end says which database has what, and what became of the one before", () => {
  const restored = { ...shown, database: "app", keptAs: "app_before_x", objectsReturned: 3, rows: {} };
  expect(renderRestored(restored)).toMatch(/Database app is .* 3 objects came back\. .*app_before_x\.\n$/);
  expect(renderRestored({ ...restored, keptAs: null, objectsReturned: 0 })).not.toMatch(
    /came back|before is/,
  );
});

test("objects that could not be brought back are named, the first ten of them", () => {
  const restored = { ...shown, database: "app", keptAs: null, objectsReturned: 0, rows: {} };
  const lostKeys = Array.from({ length: 12 }, (_, number) => `datasets/${number}`);
  expect(renderRestored({ ...restored, objectsLost: 1, lostKeys: ["datasets/1"] })).toContain(
    "Warning: 1 objects that its rows name are nowhere whole any more: datasets/1. While ",
  );
  expect(renderRestored({ ...restored, objectsLost: 12, lostKeys })).toContain("datasets/9 and 2 more.");
});

test("rows without their objects are said to be in the way of every backup, and how to be rid of them", () => {
  const restored = { ...shown, database: "app", keptAs: null, objectsReturned: 0, rows: {} };
  expect(renderRestored({ ...restored, objectsLost: 1, lostKeys: ["datasets/1"] })).toMatch(
    /datasets\/1\. While .* no backup succeeds, and so no up with a migration: .*DELETE \/datasets\/ID.*\/jobs\/ID/,
  );
  expect(renderRestored(restored)).not.toContain("no backup succeeds");
});

describe("a moment between backups", () => {
  const moment = { ...shown, kind: "moment", objectsLost: 2 };

  test("is told by its time, with the objects that are lost to it", () => {
    const text = renderPlan("prod", moment);
    expect(text).toContain("Stack prod as it was at 2026-11-25T03:00:00.123Z: ");
    expect(text).toContain("2 objects that rows name then are nowhere any more");
    const restored = { ...moment, database: "app", keptAs: null, objectsReturned: 0, rows: {} };
    expect(renderRestored(restored)).toContain("2 objects that rows name then are nowhere any more");
  });

  test("of another schema is refused, and can be looked at by the same time", () => {
    const other = { ...moment, changed: ["public.schema_migrations"] };
    expect(() => refuseOtherSchema(other, "prod")).toThrow(/--to 2026-11-25T03:00:00.123Z --into NAME/);
  });
});
