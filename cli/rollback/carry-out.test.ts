import { expect, test } from "vitest";
import { carryOut } from "./carry-out.ts";
import { FakeStack } from "./fake-stack.ts";
import { forgetPending, readPending } from "./pending-rollback.ts";
import { isRecorded, planRollback, readSituation } from "./rollback-plan.ts";

type Flags = { to?: string; restoreData?: boolean };

/** What the command does, as far as the stack is concerned. */
async function rollback(stack: FakeStack, { to, restoreData = true }: Flags = {}) {
  const engine = { ...{ stack: "local", namePrefix: "shop", docker: stack.docker }, host: "", env: {} };
  const situation = await readSituation(engine);
  if (isRecorded(situation)) return forgetPending("shop", stack.docker);
  const plan = await planRollback(engine, situation, { to, restoreData }, stack.steps.show);
  return carryOut({ engine, situation, plan, steps: stack.steps, say: () => {} });
}

const asked = (stack: FakeStack) => [...stack.services.values()];
const old = [
  { replicas: 2, asked: "backend old" },
  { replicas: 2, asked: "worker old" },
];
const now = [
  { replicas: 2, asked: "backend new" },
  { replicas: 2, asked: "worker new" },
];

test("data and app go back, the app standing still meanwhile, and nothing is left of it but the record", async () => {
  const stack = new FakeStack();
  expect(await rollback(stack)).toMatchObject({ keptAs: "app_before" });
  expect(asked(stack)).toEqual(old);
  expect(stack.database.schema).toBe("0001-old.sql");
  expect(stack.database.rows).not.toContain("written since");
  expect([...stack.configs.keys()]).toEqual([1, 2, 3].map((number) => `shop-release-0000${number}`));
});

test("killed after any of its changes, the same command finishes it, and takes back no row of the older release", async () => {
  for (let kills = 0; ; kills += 1) {
    const stack = new FakeStack();
    stack.changesLeft = kills;
    const first = await rollback(stack).then(
      () => "done",
      (error: Error) => error.message,
    );
    if (first === "done") {
      expect(kills).toBeGreaterThan(6);
      return;
    }
    expect(first).toContain("killed");
    const { rows, schema } = structuredClone(stack.database);
    stack.changesLeft = Number.POSITIVE_INFINITY;
    await rollback(stack);
    expect(asked(stack), `killed after ${kills} changes`).toEqual(old);
    expect(stack.database.schema).toBe("0001-old.sql");
    if (schema === "0001-old.sql") expect(stack.database.rows).toEqual(expect.arrayContaining(rows));
    expect([...stack.configs.keys()].filter((name) => name.includes("rollback"))).toEqual([]);
    expect(stack.configs.has("shop-release-00003")).toBe(true);
  }
});

test("where the data cannot be brought back the app goes on as it was", async () => {
  const stack = new FakeStack();
  stack.restoreFails = true;
  await expect(rollback(stack)).rejects.toThrow(/the stack is as before: dump\/toc\.dat has other bytes/);
  expect(asked(stack)).toEqual(now);
  expect(await readPending("shop", stack.docker)).toBeUndefined();
});

/** A stack whose data is back, though the operator's machine died before that was noted. */
async function killedAfterRestore() {
  const stack = new FakeStack();
  stack.changesLeft = 3;
  await expect(rollback(stack)).rejects.toThrow("killed");
  stack.changesLeft = Number.POSITIVE_INFINITY;
  expect(stack.database.schema).toBe("0001-old.sql");
  expect(await readPending("shop", stack.docker)).toMatchObject({ to: "r1", isRestored: false });
  return stack;
}

test("one that goes on and cannot bring the data back leaves the app standing still: the data may be back already", async () => {
  const stack = await killedAfterRestore();
  stack.restoreFails = true;
  await expect(rollback(stack)).rejects.toThrow(
    /dump\/toc\.dat has other bytes\n.*API and workers stand still/,
  );
  expect(stack.isRunning).toBe(false);
  expect(stack.database.rows).toEqual(["a", "b"]);
  stack.restoreFails = false;
  await rollback(stack);
  expect(asked(stack)).toEqual(old);
});

test("one that has brought the data back, noted or not, is not given up for a release of another schema", async () => {
  const stack = await killedAfterRestore();
  await expect(rollback(stack, { to: "r2", restoreData: false })).rejects.toThrow(
    /A rollback to r1 has brought the data back already, and r2 cannot work on it/,
  );
  expect(stack.isRunning).toBe(false);
});

test("where the older release does not come up with its data back, that is remembered, and said", async () => {
  const stack = new FakeStack();
  stack.exitCode = 1;
  await expect(rollback(stack)).rejects.toThrow(/The data is back, but .* every other up is refused/);
  expect(await readPending("shop", stack.docker)).toMatchObject({ to: "r1", isRestored: true });
  stack.exitCode = 0;
  await rollback(stack, { restoreData: false });
  expect(asked(stack)).toEqual(old);
});

test("one that was begun and is given up for another release starts the app again first", async () => {
  const stack = new FakeStack();
  stack.changesLeft = 2;
  await expect(rollback(stack)).rejects.toThrow("killed");
  expect(stack.isRunning).toBe(false);
  stack.changesLeft = Number.POSITIVE_INFINITY;
  stack.exitCode = 1;
  await expect(rollback(stack, { to: "r2", restoreData: false })).rejects.toThrow(/not taken back/);
  expect(asked(stack)).toEqual(now);
  expect(await readPending("shop", stack.docker)).toBeUndefined();
});
