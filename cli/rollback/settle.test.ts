import { expect, test } from "vitest";
import { writeNote } from "../../infra/operations/release/notes.ts";
import { FakeStack } from "./fake-stack.ts";
import { engineOf } from "./play-rollback.ts";
import { settle } from "./settle.ts";

test("a migration that goes on though its up was killed is ended before anything is asked of the schema", async () => {
  const stack = new FakeStack();
  stack.jobs.add("shop-migration");
  await settle(engineOf(stack), undefined);
  expect([...stack.jobs]).toEqual(["shop-migration"]);
  const noted = { before: null, after: "0003.sql", migrations: [], restorePoint: "point" };
  await writeNote({ prefix: "shop", docker: stack.docker }, "schema", noted);
  const { situation } = await settle(engineOf(stack), undefined);
  expect(situation.unrecorded).toEqual(noted);
  expect([...stack.jobs]).toEqual([]);
});
