import { expect, test } from "vitest";
import { exampleManifest } from "../../infra/operations/release/example-manifest.ts";
import { manifestText, type RecordedRelease } from "../../infra/operations/release/manifest.ts";
import { neededRestorePoint, refuseIncompatible, type SchemaStep, schemaWay } from "./schema-way.ts";

const yes = (name: string) => ({ name, compatible: true });
const no = (name: string) => ({ name, compatible: false });

const step = (
  before: string | null,
  after: string,
  migrations: SchemaStep["migrations"],
  restorePoint: string | null = null,
): SchemaStep => ({ before, after, migrations, restorePoint });

function wayTo(number: number, steps: SchemaStep[], unrecorded?: SchemaStep) {
  const releases: RecordedRelease[] = steps.map(({ restorePoint, ...schema }, index) => {
    const manifest = { ...exampleManifest(index + 1, null), schema, restorePoint };
    return { manifest, text: manifestText(manifest) };
  });
  const target = (releases[number - 1] as RecordedRelease).manifest;
  return { target, way: schemaWay({ releases, target, unrecorded }) };
}

const first = step(null, "0001", [yes("0001")], "point-0");

test("where nothing was migrated since, the schema is the same, and no data has to go back", () => {
  const { way, target } = wayTo(1, [first, step("0001", "0001", [])]);
  expect(way).toEqual({ current: "0001", wanted: "0001", between: [], restorePoint: null });
  expect(() => neededRestorePoint(way, target)).toThrow(/schema is that of release r1-\w+ already/);
});

test("what was migrated since is told with its marks, and the backup that was taken before it", () => {
  const { way, target } = wayTo(1, [
    first,
    step("0001", "0002", [no("0002")], "point-1"),
    step("0002", "0003", [yes("0003")], "point-2"),
  ]);
  expect(way).toEqual({
    ...{ current: "0003", wanted: "0001", restorePoint: "point-1" },
    between: [no("0002"), yes("0003")],
  });
  expect(neededRestorePoint(way, target)).toBe("point-1");
  expect(() => refuseIncompatible(way, target)).toThrow(/0002 is not marked .* --restore-data/s);
});

test("compatible migrations alone let an older release work on the schema of now", () => {
  const { way, target } = wayTo(1, [first, step("0001", "0002", [yes("0002")], "point-1")]);
  expect(() => refuseIncompatible(way, target)).not.toThrow();
});

test("a schema that was there twice goes back to the last time that it was there", () => {
  const { way } = wayTo(1, [
    first,
    step("0001", "0002", [no("0002")], "point-1"),
    step("0001", "0001", []),
    step("0001", "0002", [no("0002")], "point-3"),
  ]);
  expect(way.restorePoint).toBe("point-3");
});

test("migrations that were taken back and not made again are none to go back across", () => {
  const { way } = wayTo(1, [first, step("0001", "0002", [no("0002")], "point-1"), step("0001", "0001", [])]);
  expect(way).toMatchObject({ current: "0001", between: [] });
});

test("what an up that failed has done to the schema counts, although no release says it", () => {
  const { way } = wayTo(1, [first], step("0001", "0002", [no("0002")], "point-1"));
  expect(way).toEqual({ current: "0002", wanted: "0001", between: [no("0002")], restorePoint: "point-1" });
});

test("without a restore point there is nothing that the data could go back to", () => {
  const { way, target } = wayTo(1, [first, step("0001", "0002", [no("0002")])]);
  expect(() => neededRestorePoint(way, target)).toThrow(/No restore point .* was recorded/);
});
