import { expect, test } from "vitest";
import { BackupFailed } from "../backup/run-backup-program.ts";
import { OperatorError } from "../operator-error.ts";
import { FakeStack } from "./fake-stack.ts";
import { readPending } from "./pending-rollback.ts";
import { asked, giveUp, killedAfter, killedAfterRestore, now, old, rollback } from "./play-rollback.ts";

const gone = new BackupFailed("not-found", "there is no backup 20261125t030000-aaaa");

test("one whose restore point is gone before its data changed is given up, and the app goes on as it was", async () => {
  const stack = await killedAfter(2);
  stack.showFails = gone;
  await expect(rollback(stack)).rejects.toThrow(/the stack is as before: there is no backup/);
  expect(asked(stack)).toEqual(now);
  expect(await readPending("shop", stack.docker)).toBeUndefined();
});

test("one whose restore point is gone before its data changed is given up for another release too", async () => {
  const stack = await killedAfter(2);
  stack.showFails = gone;
  await rollback(stack, { to: "r2", restoreData: false });
  expect(asked(stack)).toEqual(now);
});

test.each([new OperatorError("Interrupted"), new BackupFailed("store-unreachable", "the store is away")])(
  "one that was begun is not given up where its restore point is not told for a moment only: %s",
  async (error) => {
    const stack = await killedAfter(2);
    stack.showFails = error;
    await expect(rollback(stack)).rejects.toBe(error);
    expect(stack.isRunning).toBe(false);
    stack.showFails = undefined;
    await rollback(stack);
    expect(asked(stack)).toEqual(old);
  },
);

test("one whose restore point is gone when its data may have changed leaves the app standing still, and says so", async () => {
  const stack = await killedAfter(4);
  stack.showFails = gone;
  for (const to of [undefined, "r2"])
    await expect(rollback(stack, { to, restoreData: false })).rejects.toThrow(
      /there is no backup.*\n.*cannot be told.*stand still.*troubleshooting/,
    );
  expect(stack.isRunning).toBe(false);
});

test("one that has brought the data back, and is given up for another release of that schema, takes back no row of it", async () => {
  for (let kills = 0; ; kills += 1) {
    const stack = await killedAfterRestore();
    stack.changesLeft = kills;
    const isDone = await rollback(stack, { to: "r0" }).then(
      () => true,
      () => false,
    );
    const rows = [...stack.database.rows];
    const wanted = stack.configs.has("shop-release-00004") ? "worker oldest" : "worker old";
    stack.changesLeft = Number.POSITIVE_INFINITY;
    if (!isDone) await rollback(stack);
    expect(stack.database.rows, `killed after ${kills} changes`).toEqual(expect.arrayContaining(rows));
    expect(asked(stack)[1]).toEqual({ replicas: 2, asked: wanted });
    expect([...stack.configs.keys()].filter((name) => name.includes("rollback"))).toEqual([]);
    if (isDone) return expect(kills).toBeGreaterThan(3);
  }
});

test("one that has brought the data back, noted or not, is not given up for a release of another schema", async () => {
  const stack = await killedAfterRestore();
  await expect(rollback(stack, { to: "r2", restoreData: false })).rejects.toThrow(
    /A rollback to r1 has brought the data back already, and r2 cannot work on it/,
  );
  expect(stack.isRunning).toBe(false);
});

test("one that was begun and is given up for another release starts the app again first", async () => {
  const stack = await killedAfter(2);
  stack.exitCode = 1;
  await expect(rollback(stack, { to: "r2", restoreData: false })).rejects.toThrow(/not taken back/);
  expect(asked(stack)).toEqual(now);
  expect(await readPending("shop", stack.docker)).toBeUndefined();
});

test.each([2, 3])(
  "killed after %i changes, before its data changed, it can be given up: the app goes on as it was",
  async (changes) => {
    const stack = await killedAfter(changes);
    const rows = [...stack.database.rows];
    await giveUp(stack);
    expect(asked(stack)).toEqual(now);
    expect(stack.database.rows).toEqual(rows);
    expect(await readPending("shop", stack.docker)).toBeUndefined();
  },
);

test("also where what runs is of no release, to which the newest one is the way back", async () => {
  const stack = await killedAfter(3);
  const refused = now.map(({ replicas, asked }) => ({ replicas, asked: asked.replace("new", "refused") }));
  for (const [index, name] of [...stack.services.keys()].entries())
    stack.services.set(name, { replicas: 0, asked: refused[index]?.asked ?? "" });
  await giveUp(stack);
  expect(asked(stack)).toEqual(refused);
});

test("where the data is back, noted or not, there is nothing to give up: it is to be gone on with", async () => {
  for (const changes of [4, 5]) {
    const stack = await killedAfter(changes);
    await expect(giveUp(stack)).rejects.toThrow(
      /data is back already.*stack rollback --stack local\. Nothing/,
    );
    expect(stack.isRunning).toBe(false);
    await rollback(stack);
    expect(asked(stack)).toEqual(old);
  }
});

test("it is not given up where its restore point does not tell whether the data is back", async () => {
  const stack = await killedAfter(3);
  stack.showFails = gone;
  await expect(giveUp(stack)).rejects.toThrow(/cannot be told/);
  expect(stack.isRunning).toBe(false);
});

test("without one that was begun there is nothing to give up", async () => {
  await expect(giveUp(new FakeStack())).rejects.toThrow(/No rollback of stack local was begun/);
});
