import { expect, test } from "vitest";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { forgetPending, notePending, noteRestored, noteRestoring, readPending } from "./pending-rollback.ts";

/** An engine that knows configs alone, and is cut off after some changes. */
function engine(configs: Map<string, string>, changesMax = Number.POSITIVE_INFINITY): Docker {
  let changes = 0;
  return async ([, verb, ...args], input = "") => {
    if (verb === "ls") return [...configs.keys()].join("\n");
    const name = args.at(verb === "create" ? -2 : -1) ?? "";
    if (verb === "inspect")
      return JSON.stringify([{ Spec: { Data: Buffer.from(configs.get(name) ?? "").toString("base64") } }]);
    // The engine removes one after another.
    for (const each of verb === "rm" ? args : [name]) {
      changes += 1;
      if (changes > changesMax) throw new Error("killed");
      if (verb === "rm") configs.delete(each);
      else if (configs.has(each)) throw new Error(`${each} already exists`);
      else configs.set(each, input);
    }
    return "";
  };
}

const pending = {
  to: "r1",
  restorePoint: "point",
  newest: 2,
  replicas: { "shop-backend": 2 },
};
const begun = { ...pending, isRestoring: false, isRestored: false };

test("a rollback that has begun is read back, and how far it has come", async () => {
  const docker = engine(new Map());
  expect(await readPending("shop", docker)).toBeUndefined();
  await notePending("shop", pending, docker);
  expect(await readPending("shop", docker)).toEqual(begun);
  for (const note of [noteRestoring, noteRestoring]) await note("shop", docker);
  expect(await readPending("shop", docker)).toEqual({ ...begun, isRestoring: true });
  for (const note of [noteRestored, noteRestored]) await note("shop", docker);
  expect(await readPending("shop", docker)).toEqual({ ...begun, isRestoring: true, isRestored: true });
  await forgetPending("shop", docker);
  expect(await readPending("shop", docker)).toBeUndefined();
});

test("a kill while a rollback is forgotten never makes the data go back once more", async () => {
  const configs = new Map<string, string>();
  await notePending("shop", pending, engine(configs));
  await noteRestoring("shop", engine(configs));
  await noteRestored("shop", engine(configs));
  for (const left of [2, 1, 0]) {
    if (left > 0) await expect(forgetPending("shop", engine(configs, 1))).rejects.toThrow("killed");
    else await forgetPending("shop", engine(configs, 1));
    expect(await readPending("shop", engine(configs))).toBeUndefined();
    expect(configs.size).toBe(left);
  }
});

test("what a kill has left of one rollback says nothing of the next", async () => {
  const left = ["restoring", "restored"].map((what) => [`shop-rollback-${what}`, "{}"] as const);
  const configs = new Map(left);
  await notePending("shop", pending, engine(configs));
  expect(await readPending("shop", engine(configs))).toEqual(begun);
});
