import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { takeFirst } from "./testing/first-backup.ts";
import { type Rig, startRig } from "./testing/rig.ts";

let rig: Rig;
let boats: string;
let id: string;

beforeAll(async () => {
  rig = await startRig();
  ({ boats, id } = await takeFirst(rig));
});

afterAll(() => rig?.remove());

beforeEach(async () => {
  await rig.query("UPDATE datasets SET name = name || ' as changed since'");
  await rig.objects.delete(boats);
});

async function untilAnswered(sql: string): Promise<void> {
  while ((await rig.query(sql, [], "postgres")).length === 0) await sleep(20);
}

const its = (wait: string) => `SELECT pid FROM pg_stat_activity
  WHERE application_name = 'slipway-backup' AND ${wait}`;

/** Does something while a restore is just about to give the restored database its name. */
async function beforeRename(work: () => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: rig.postgres.url("postgres") });
  await client.connect();
  await client.query("BEGIN; COMMENT ON DATABASE app_restoring IS 'keeps its name'");
  await untilAnswered(its("wait_event_type = 'Lock'"));
  await work();
  await client.query("ROLLBACK");
  await client.end();
}

async function restoring(flags: string[], work: () => Promise<unknown>) {
  let done: Promise<void> | undefined;
  const act = () => {
    done = beforeRename(work);
  };
  const at = { said: "restoring into", act };
  const ended = await rig.run(["backup", "restore", "--to", id, ...flags], { at });
  await done;
  return ended;
}

const names = async (database: string) =>
  (await rig.query<{ name: string }>("SELECT name FROM datasets ORDER BY name", [], database)).map(
    ({ name }) => name,
  );

async function expectFinishedByTheNext(objectsReturned: number): Promise<void> {
  const { exitCode, result, said } = await rig.run(["backup", "restore", "--to", id]);
  expect(exitCode, said).toBe(0);
  expect(result).toMatchObject({ keptAs: null, objectsReturned });
  expect(await names("app")).toEqual(["boats", "ships"]);
  expect(await rig.objects.size(boats)).toBe(32);
}

/** Takes what came back before any row named it, and the store with it. */
async function loseStore(): Promise<void> {
  await rig.objects.delete(boats);
  rig.store.stop();
}

test("a store that goes away when the databases change places: it says that the data is back, and what may lack", async () => {
  const { exitCode, result } = await restoring([], loseStore);
  await rig.store.start();
  expect([exitCode, result.failed]).toEqual([1, "unfinished"]);
  expect(result.message).toMatch(
    `database app is what ${id} holds now, but of its 2 objects some may lack (the app's objects:`,
  );
  expect(result.message).toMatch(/: run the same again: it leaves the database and brings back what lacks$/);
  expect(await names("app")).toEqual(["boats", "ships"]);
  await expectFinishedByTheNext(1);
});

test("a store that goes away when a database beside the live one is there: it says so", async () => {
  const { exitCode, result } = await restoring(["--into", "looked_at"], loseStore);
  await rig.store.start();
  expect([exitCode, result.failed]).toEqual([1, "unfinished"]);
  expect(result.message).toMatch(/^database looked_at is what .*: drop it and run the same again$/s);
  expect(await names("looked_at")).toEqual(["boats", "ships"]);
});

test("a server that does what it was asked to, but whose answer is lost: the restore does not say that nothing changed", async () => {
  const waiting = its("wait_event = 'SyncRep'");
  const ended = restoring([], async () => {
    await rig.postgres.admin("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    await rig.postgres.admin("SELECT pg_reload_conf()");
    // Its processes hear of it one by one.
    await sleep(1_000);
  });
  await untilAnswered(waiting);
  await rig.postgres.admin(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS its`);
  await rig.postgres.admin("ALTER SYSTEM RESET synchronous_standby_names");
  await rig.postgres.admin("SELECT pg_reload_conf()");
  const { exitCode, result } = await ended;
  expect([exitCode, result.failed]).toEqual([1, "unfinished"]);
  expect(result.message).toMatch(
    /^whether database app is what .* holds is not known \(.*\): run the same again$/s,
  );
  expect(await names("app")).toEqual(["boats", "ships"]);
  await expectFinishedByTheNext(0);
});

test("a lock that is lost when the databases change places: the next restore ends it", async () => {
  const { exitCode, result } = await restoring([], () =>
    rig.postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"),
  );
  expect([exitCode, result.failed]).toEqual([1, "lock-lost"]);
  const { exitCode: next, said } = await rig.run(["backup", "restore", "--to", id]);
  expect(next, said).toBe(0);
  expect(await names("app")).toEqual(["boats", "ships"]);
});
