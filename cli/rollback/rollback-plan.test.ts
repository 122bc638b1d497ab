import { describe, expect, test } from "vitest";
import { exampleReleases } from "../../infra/operations/release/example-manifest.ts";
import type { RecordedRelease } from "../../infra/operations/release/manifest.ts";
import type { Shown } from "../backup/render-restore.ts";
import { BackupFailed } from "../backup/run-backup-program.ts";
import { OperatorError } from "../operator-error.ts";
import {
  planRollback,
  recordedTo,
  runsNewest,
  type ShowRestorePoint,
  type Situation,
} from "./rollback-plan.ts";

/** These plans leave the data alone. */
const show = () => Promise.reject(new Error("no restore point is needed"));
const releases = exampleReleases(3);
const idOf = (index: number) => (releases[index] as RecordedRelease).manifest.id;
const asked = (spec: string) => new Map([["backend", { replicas: 2, asked: spec }]]);
const situation: Situation = {
  ...{ releases, faults: [], services: asked("abcdef012345"), pending: undefined, unrecorded: undefined },
};
const pending = {
  ...{ to: idOf(0), restorePoint: null, newest: 3, replicas: {} },
  ...{ isRestoring: false, isRestored: false },
};
const plan = (
  more: Partial<Situation> = {},
  flags: { to?: string; restoreData?: boolean } = {},
  shown: ShowRestorePoint = show,
) =>
  planRollback(
    { stack: "prod" },
    { ...situation, ...more },
    { to: undefined, restoreData: false, ...flags },
    shown,
  );

test("what runs is of the newest release when every service is what that one recorded", () => {
  expect(runsNewest(situation)).toBe(true);
  expect(runsNewest({ ...situation, services: asked("other") })).toBe(false);
  expect(runsNewest({ ...situation, services: new Map() })).toBe(false);
});

test("a plan goes to the release before, and to the newest one where something else runs", async () => {
  expect((await plan()).to.id).toBe(idOf(1));
  expect((await plan({ services: asked("other") })).to.id).toBe(idOf(2));
});

test("a rollback that was begun is gone on with, unless another release is named", async () => {
  expect(await plan({ pending })).toMatchObject({ to: { id: idOf(0) }, pending });
  expect(await plan({ pending }, { to: idOf(1) })).toMatchObject({ to: { id: idOf(1) }, pending: undefined });
});

test("once the data is back, only releases of that schema are gone to, and the data stays", async () => {
  const restored = { ...pending, restorePoint: "p", isRestored: true };
  expect(await plan({ pending: restored })).toMatchObject({ to: { id: idOf(0) }, data: undefined });
  expect(await plan({ pending: restored }, { to: idOf(1) })).toMatchObject({ pending: restored });
  const [first, ...others] = releases as [RecordedRelease, ...RecordedRelease[]];
  const older = {
    ...first,
    manifest: { ...first.manifest, schema: { before: null, after: "0001", migrations: [] } },
  };
  await expect(plan({ pending: restored, releases: [older, ...others] }, { to: idOf(1) })).rejects.toThrow(
    /Finish that one first/,
  );
});

test("a rollback that was recorded has come to its end, also one to another release than was begun; one that was not has not", () => {
  const last = releases[2] as RecordedRelease;
  const recorded = (of: string | null) => [
    ...releases,
    { ...last, manifest: { ...last.manifest, number: 4, of } },
  ];
  expect(recordedTo({ releases: recorded(idOf(0)), pending })).toBe(idOf(0));
  expect(recordedTo({ releases: recorded(idOf(1)), pending })).toBe(idOf(1));
  expect(recordedTo({ releases: recorded(null), pending })).toBeNull();
  expect(recordedTo({ releases, pending })).toBeNull();
  expect(recordedTo({ releases: recorded(idOf(0)), pending: undefined })).toBeNull();
});

describe("a migration that an up noted and was killed before", () => {
  const unrecorded = {
    ...{ before: null, after: "0002-new.sql", restorePoint: "p" },
    migrations: [{ name: "0002-new.sql", compatible: false }],
  };
  const shows =
    (isSameSchema: boolean | null): ShowRestorePoint =>
    async () =>
      ({ isSameSchema }) as Shown;

  test("is none where the database has the schema of the restore point before it", async () => {
    expect((await plan({ unrecorded }, {}, shows(true))).way.between).toEqual([]);
    await expect(plan({ unrecorded }, { restoreData: true }, shows(true))).rejects.toThrow(
      /leave --restore-data out/,
    );
  });

  test("counts where it was done, and where that is not told", async () => {
    const failing = (reason: string) => () => Promise.reject(new BackupFailed(reason, "it cannot be shown"));
    for (const shown of [shows(false), shows(null), failing("not-found"), failing("no-service")])
      await expect(plan({ unrecorded }, {}, shown)).rejects.toThrow(
        /0002-new\.sql is not marked as compatible/,
      );
  });

  test("is not decided on where the asking was interrupted", async () => {
    const interrupted = () => Promise.reject(new OperatorError("Interrupted"));
    await expect(plan({ unrecorded }, {}, interrupted)).rejects.toThrow("Interrupted");
  });
});
