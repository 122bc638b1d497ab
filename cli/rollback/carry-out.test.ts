import { expect, test } from "vitest";
import { FakeStack } from "./fake-stack.ts";
import { readPending } from "./pending-rollback.ts";
import { asked, killedAfter, killedAfterRestore, now, old, rollback } from "./play-rollback.ts";

test("data and app go back, the app standing still meanwhile, and nothing is left of it but the record", async () => {
  const stack = new FakeStack();
  expect(await rollback(stack)).toMatchObject({ restored: { keptAs: "app_before" } });
  expect(asked(stack)).toEqual(old);
  expect(stack.database.schema).toBe("0001-old.sql");
  expect(stack.database.rows).not.toContain("written since");
  expect([...stack.configs.keys()]).toEqual([1, 2, 3, 4].map((number) => `shop-release-0000${number}`));
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
    expect(stack.configs.has("shop-release-00004")).toBe(true);
  }
});

const damaged = { reason: "damaged", hasChanged: false };

test("where the data cannot be brought back the app goes on as it was", async () => {
  const stack = new FakeStack();
  stack.restoreFails = damaged;
  await expect(rollback(stack)).rejects.toThrow(/the stack is as before: dump\/toc\.dat has other bytes/);
  expect(asked(stack)).toEqual(now);
  expect(await readPending("shop", stack.docker)).toBeUndefined();
});

test.each([2, 3])(
  "killed after %i changes, before its data changed: where it then cannot be brought back the app goes on as it was",
  async (changes) => {
    const stack = await killedAfter(changes);
    stack.restoreFails = damaged;
    await expect(rollback(stack)).rejects.toThrow(/the stack is as before: dump\/toc\.dat has other bytes/);
    expect(asked(stack)).toEqual(now);
    expect(await readPending("shop", stack.docker)).toBeUndefined();
  },
);

test.each([undefined, "r2"])(
  "a restore that goes on though its operator's machine died is ended first, also where the way is to %s",
  async (to) => {
    const stack = await killedAfter(3);
    const others = "shop-by-hand-now-000001";
    for (const name of ["shop-by-hand-restore-000002", others]) stack.jobs.add(name);
    await rollback(stack, { to, restoreData: false });
    expect([...stack.jobs]).toEqual([others]);
    expect(asked(stack)).toEqual(to ? now : old);
  },
);

test.each(["lock-lost", "unfinished", "unforeseen"])(
  "a restore that fails as %s may have changed the data: the app stands still, the way out is told, and the same goes on",
  async (reason) => {
    const stack = new FakeStack();
    stack.restoreFails = { reason, hasChanged: true };
    await expect(rollback(stack)).rejects.toThrow(
      /API and workers stand still.*the same command again.*npx pulumi stack rollback --stack local --give-up/,
    );
    expect(stack.isRunning).toBe(false);
    stack.restoreFails = undefined;
    await rollback(stack);
    expect(asked(stack)).toEqual(old);
  },
);

test("one that finds its data back goes on though its restore point is of no use any more, and says so to the end", async () => {
  const stack = await killedAfterRestore();
  stack.restoreFails = damaged;
  const said: string[] = [];
  const { warning } = (await rollback(stack, { said })) ?? {};
  expect(warning).toMatch(/objects may be missing: dump\/toc\.dat has other bytes/);
  expect(said).toContain(warning);
  expect(asked(stack)).toEqual(old);
  expect(stack.database.rows).toEqual(expect.arrayContaining(["a", "b"]));
});

test.each(["store-unreachable", "busy", "database-unreachable", "disk-full", "unfinished", "unforeseen"])(
  "one that finds its data back, and whose restore fails as %s, does without no object: it stands still until the restore is done",
  async (reason) => {
    const stack = await killedAfterRestore();
    stack.restoreFails = { reason, hasChanged: false };
    await expect(rollback(stack)).rejects.toThrow(/stand still.*the same command again/);
    expect(stack.isRunning).toBe(false);
    expect(await readPending("shop", stack.docker)).toMatchObject({ to: "r1", isRestored: false });
    stack.restoreFails = undefined;
    expect(await rollback(stack)).toMatchObject({ restored: { keptAs: "app_before" }, warning: null });
    expect(asked(stack)).toEqual(old);
  },
);

test("where the older release does not come up with its data back, that is remembered, and said", async () => {
  const stack = new FakeStack();
  stack.exitCode = 1;
  await expect(rollback(stack)).rejects.toThrow(/The data is back, but .* every other up is refused/);
  expect(await readPending("shop", stack.docker)).toMatchObject({ to: "r1", isRestored: true });
  stack.exitCode = 0;
  await rollback(stack, { restoreData: false });
  expect(asked(stack)).toEqual(old);
});

test("one that was recorded when it was killed is only forgotten, unless the way is to yet another release", async () => {
  for (const to of [undefined, "r1", "r3", "r0"]) {
    const stack = new FakeStack();
    stack.changesLeft = 8;
    await expect(rollback(stack)).rejects.toThrow("killed");
    stack.changesLeft = Number.POSITIVE_INFINITY;
    expect([...stack.configs.keys()]).toEqual(
      expect.arrayContaining(["shop-release-00004", "shop-rollback-begun"]),
    );
    const rows = [...stack.database.rows];
    await rollback(stack, { to, restoreData: false });
    expect(asked(stack)[0]?.asked).toBe(to === "r0" ? "backend oldest" : "backend old");
    expect(stack.database.rows.length).toBe(rows.length + (to === "r0" ? 2 : 0));
    expect(await readPending("shop", stack.docker)).toBeUndefined();
  }
});
