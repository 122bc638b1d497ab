import { expect, test } from "vitest";
import { configsEngine } from "./configs-engine.ts";
import { readNote, removeNote, writeNote } from "./notes.ts";

const schema = { before: null, after: "0002-b.sql", migrations: [], restorePoint: null };

test("a note is read as it was written, until it is removed", async () => {
  const notes = { prefix: "shop", docker: configsEngine(new Map()) };
  expect(await readNote(notes, "schema")).toBeUndefined();
  await writeNote(notes, "schema", schema);
  expect(await readNote(notes, "schema")).toEqual(schema);
  await removeNote(notes, "schema");
  expect(await readNote(notes, "schema")).toBeUndefined();
});

test("a newer note takes the place of the one before, and leaves nothing of it", async () => {
  const configs = new Map<string, string>();
  const notes = { prefix: "shop", docker: configsEngine(configs) };
  for (const after of ["0002-b.sql", "0003-c.sql"]) await writeNote(notes, "schema", { ...schema, after });
  expect((await readNote(notes, "schema"))?.after).toBe("0003-c.sql");
  expect([...configs.keys()]).toEqual(["shop-note-schema-2"]);
});

test("killed between writing and removing, the newer one counts, after the tenth too", async () => {
  const text = (after: string) => JSON.stringify({ ...schema, after });
  const configs = new Map([
    ["shop-note-schema-10", text("new")],
    ["shop-note-schema-9", text("old")],
    ["other-shop-note-schema-11", text("of another stack")],
  ]);
  const notes = { prefix: "shop", docker: configsEngine(configs) };
  expect((await readNote(notes, "schema"))?.after).toBe("new");
});
