import { describe, expect, test } from "vitest";
import { pendingSchema, sinceRecorded } from "./schema-plan.ts";

const first = { name: "0001-a.sql", compatible: true };
const second = { name: "0002-b.sql", compatible: false };
const third = { name: "0003-c.sql", compatible: true };
const noted = { before: first.name, after: second.name, migrations: [second], restorePoint: "backup-1" };

describe("what was done to the schema since the last recorded release", () => {
  test("is nothing where nothing was noted", () => {
    expect(sinceRecorded({ applied: [first], missing: [second] }, undefined)).toBeUndefined();
  });

  test("is nothing where the migration was taken back, so that its restore point is not used either", () => {
    expect(sinceRecorded({ applied: [first], missing: [second] }, noted)).toBeUndefined();
  });

  test("is what was noted, where the database has it: a kill came after it", () => {
    expect(sinceRecorded({ applied: [first, second], missing: [] }, noted)).toEqual(noted);
  });
});

describe("what will have been done", () => {
  test("begins at the newest migration that is there", () => {
    expect(pendingSchema({ applied: [first], missing: [second, third] }, undefined, "backup-2")).toEqual({
      before: first.name,
      after: third.name,
      migrations: [second, third],
      restorePoint: "backup-2",
    });
  });

  test("goes on from a release that was not recorded: the way back leads past both", () => {
    const plan = { applied: [first, second], missing: [third] };
    expect(pendingSchema(plan, noted, "backup-2")).toEqual({
      before: first.name,
      after: third.name,
      migrations: [second, third],
      restorePoint: "backup-1",
    });
  });

  test("of a new database begins with nothing", () => {
    expect(pendingSchema({ applied: [], missing: [first] }, undefined, null)).toMatchObject({ before: null });
  });
});
