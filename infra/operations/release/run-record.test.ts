import { expect, test } from "vitest";
import { exampleSpec, FakeEngine } from "./fake-engine.ts";
import { readLedger } from "./ledger.ts";
import { readNote, writeNote } from "./notes.ts";
import { begin } from "./run-begin.ts";
import { type RecordSpec, record } from "./run-record.ts";

const KEY = "aaaaaaaaaaaa";
const spec: RecordSpec = {
  root: "/nowhere",
  ...{ version: "1.0.0", kind: "deploy", of: null, settings: { app: {} } },
  images: { app: `127.0.0.1:5000/slipway/app@sha256:${"0".repeat(64)}` },
  evidence: [
    'taking a restore point\n{"gate":"migration","seconds":1,"figures":{"schema":"0001-a.sql"}}',
    "",
  ],
};

test("a release is recorded with what its gates have seen, and its notes go", async () => {
  const engine = new FakeEngine();
  engine.services.set("shop-backend", exampleSpec("shop-backend", "new"));
  await begin(engine.context(KEY, {}));
  await record(engine.context(KEY, spec, { "shop-backend": "new" }));
  const context = engine.context(KEY, spec);
  const { releases, faults } = await readLedger("shop", context.docker);
  expect(faults).toEqual([]);
  expect(releases[0]?.manifest).toMatchObject({
    ...{ id: "r1-aaaaaaa", previous: null, commit: null, restorePoint: null },
    schema: { before: "0001-a.sql", after: "0001-a.sql", migrations: [] },
    services: { "shop-backend": "new" },
    evidence: [{ gate: "migration" }],
  });
  expect([...engine.configs.keys()]).toEqual(["shop-release-00001", "shop-note-recorded-1"]);
  const recorded = await readNote(engine.context(KEY, spec).notes, "recorded");
  expect(recorded).toMatchObject({
    id: "r1-aaaaaaa",
    services: { "shop-backend": { Name: "shop-backend" } },
  });
});

test("what was done to the schema since the last one is in the record, whoever did it", async () => {
  const engine = new FakeEngine();
  const migrations = [{ name: "0002-b.sql", compatible: true }];
  const schema = { before: "0001-a.sql", after: "0002-b.sql", migrations };
  const { notes, docker } = engine.context(KEY, spec);
  await writeNote(notes, "schema", { ...schema, restorePoint: "backup-1" });
  await record(engine.context(KEY, spec));
  const [first] = (await readLedger("shop", docker)).releases;
  expect(first?.manifest).toMatchObject({ schema, restorePoint: "backup-1" });
});

test("the same as the last one is not recorded twice: a kill came after it", async () => {
  const engine = new FakeEngine();
  await record(engine.context(KEY, spec));
  await begin(engine.context(KEY, {}));
  await record(engine.context(KEY, spec));
  expect([...engine.configs.keys()]).toEqual(["shop-release-00001", "shop-note-recorded-2"]);
});

test("each names the one before it", async () => {
  const engine = new FakeEngine();
  for (const key of [KEY, "bbbbbbbbbbbb", KEY]) await record(engine.context(key, spec));
  const { releases, faults } = await readLedger("shop", engine.context(KEY, spec).docker);
  expect(releases.map(({ manifest }) => manifest.id)).toEqual(["r1-aaaaaaa", "r2-bbbbbbb", "r3-aaaaaaa"]);
  expect(faults).toEqual([]);
});
