import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { withConnection } from "./connect.ts";
import { dropUnmoved } from "./drop-unmoved.ts";
import type { Manifest } from "./manifest.ts";
import { databaseAt } from "./postgres-url.ts";
import { databaseExists } from "./swap.ts";

const url = () => inject("servers").postgresUrl;
const manifest = { id: "20261125t030000-aaaa", database: { name: "app" } } as Manifest;

let fresh: string;
let moved: string;
/** The connection whose answers are lost: the program no longer hears of it, the server still does. */
let lost: pg.Client;

beforeEach(async () => {
  fresh = `restoring_${randomBytes(4).toString("hex")}`;
  moved = `${fresh}_moved`;
  lost = new pg.Client({ connectionString: databaseAt(url(), "postgres") });
  await lost.connect();
  await lost.query(`CREATE DATABASE ${fresh}`);
});

afterEach(async () => {
  await lost.query("ROLLBACK");
  for (const name of [fresh, moved]) await lost.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await lost.end();
});

const drop = (into: string | null = null) =>
  dropUnmoved(url(), { fresh, manifest, into, error: new Error("Connection terminated") });

async function untilDropWaits(): Promise<void> {
  const waiting = "SELECT FROM pg_stat_activity WHERE query LIKE $1 AND wait_event_type = 'Lock'";
  const isWaiting = () =>
    withConnection(databaseAt(url(), "postgres"), async (client) => {
      const { rows } = await client.query(waiting, [`%DROP DATABASE %${fresh}%`]);
      return rows.length > 0;
    });
  while (!(await isWaiting())) await sleep(20);
}

/** Drops while the rename is neither done nor undone, and ends it then. */
async function dropDuringRename(end: "COMMIT" | "ROLLBACK"): Promise<unknown> {
  await lost.query("BEGIN");
  await lost.query(`ALTER DATABASE ${fresh} RENAME TO ${moved}`);
  const outcome = drop().then(
    () => "dropped",
    (error) => error,
  );
  await untilDropWaits();
  await lost.query(end);
  return outcome;
}

test("a database that has not moved is dropped: then nothing has changed", async () => {
  await drop();
  expect(await databaseExists(url(), fresh)).toBe(false);
});

test("a rename that is undone while its end is waited for has changed nothing", async () => {
  expect(await dropDuringRename("ROLLBACK")).toBe("dropped");
  expect(await databaseExists(url(), fresh)).toBe(false);
});

test("a rename that is done while its end is waited for is never told as nothing", async () => {
  expect(await dropDuringRename("COMMIT")).toMatchObject({
    reason: "unfinished",
    message: expect.stringMatching(
      /^whether database app is what 20261125t030000-aaaa holds is not known \(.*\): run the same again$/s,
    ),
  });
  expect(await databaseExists(url(), moved)).toBe(true);
});

test("what has moved beside the live database is to be dropped first, since the name is taken", async () => {
  await lost.query(`ALTER DATABASE ${fresh} RENAME TO ${moved}`);
  await expect(drop(moved)).rejects.toMatchObject({
    reason: "unfinished",
    message: expect.stringMatching(
      new RegExp(
        `^whether database ${moved} is what .*: drop it, where it is there, and run the same again$`,
        "s",
      ),
    ),
  });
});

test("a server that does not answer leaves it unknown", async () => {
  const nowhere = "postgres://postgres@127.0.0.1:1/postgres";
  await expect(
    dropUnmoved(nowhere, { fresh, manifest, into: null, error: new Error("gone") }),
  ).rejects.toMatchObject({ reason: "unfinished" });
});
