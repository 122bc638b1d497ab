import { expect, test } from "vitest";
import { configsEngine } from "../../infra/operations/release/configs-engine.ts";
import { notePending, readPending } from "./pending-rollback.ts";
import { refuseUnfinished } from "./refuse-unfinished.ts";

const stack = (restorePoint?: string | null) => {
  const docker = configsEngine(new Map());
  const note = { to: "r1", newest: 2, replicas: {} };
  const noted =
    restorePoint === undefined ? undefined : notePending("shop", { ...note, restorePoint }, docker);
  return { stack: "prod", namePrefix: "shop", docker, noted };
};

test("an up is refused while a rollback has hold of the data, and supersedes one without", async () => {
  const { noted, ...withData } = stack("backup-1");
  await noted;
  await expect(refuseUnfinished(withData)).rejects.toThrow(/to r1 was begun and not finished/);
  const { noted: other, ...without } = stack(null);
  await other;
  await refuseUnfinished(without);
  expect(await readPending("shop", without.docker)).toBeUndefined();
});

test("an engine that does not tell may have one: the up does not go on", async () => {
  const docker = () => Promise.reject(new Error("connection reset"));
  await expect(refuseUnfinished({ ...stack(), docker })).rejects.toThrow("connection reset");
});
