import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { migrate, parseMigration, planMigrations } from "./migrate.ts";

const first = parseMigration("0001-first.sql", "-- compatible: yes\nCREATE TABLE things (id int);");
const second = parseMigration("0002-second.sql", "-- compatible: no\nALTER TABLE things ADD name text;");
const broken = parseMigration("0003-broken.sql", "-- compatible: yes\nALTER TABLE nothing ADD name text;");

let url: string;
let admin: pg.Client;
const database = `migrate_${process.pid}`;

beforeEach(async () => {
  admin = new pg.Client({ connectionString: inject("servers").postgresUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database}`);
  url = inject("servers").postgresUrl.replace(/\/[^/]*$/, `/${database}`);
});

afterEach(async () => {
  await admin.query(`DROP DATABASE ${database} WITH (FORCE)`);
  await admin.end();
});

async function columns(): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'things' ORDER BY column_name",
  );
  await client.end();
  return rows.map(({ column_name }) => column_name);
}

/** How many connections wait for a table. */
async function waiting(): Promise<number> {
  const { rows } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'",
    [database],
  );
  return rows.length;
}

test("a plan of an empty database misses everything, and changes nothing", async () => {
  const plan = await planMigrations(url, [first, second]);
  expect(plan).toEqual({
    applied: [],
    missing: [
      { name: "0001-first.sql", compatible: true },
      { name: "0002-second.sql", compatible: false },
    ],
  });
  expect(await columns()).toEqual([]);
});

test("a plan tells what is applied from what is missing", async () => {
  await migrate(url, [first], "test");
  expect(await planMigrations(url, [first, second])).toEqual({
    applied: [{ name: "0001-first.sql", compatible: true }],
    missing: [{ name: "0002-second.sql", compatible: false }],
  });
});

test("where one of several migrations fails, none is applied: the release before goes on", async () => {
  await migrate(url, [first], "test");
  await expect(migrate(url, [first, second, broken], "test")).rejects.toThrow("0003-broken.sql");
  expect(await columns()).toEqual(["id"]);
  expect((await planMigrations(url, [first, second])).missing).toHaveLength(1);
});

test("a release that does not know an incompatible migration refuses the database; a compatible one it accepts", async () => {
  await migrate(url, [first, second], "test");
  await expect(planMigrations(url, [first])).rejects.toThrow("0002-second.sql: is in the database");
  expect((await planMigrations(url, [first, second])).missing).toEqual([]);
});

test("a migration that waits for a table holds up nobody for long, and is applied when the table is free", async () => {
  await migrate(url, [first], "test");
  const reader = new pg.Client({ connectionString: url });
  const request = new pg.Client({ connectionString: url, statement_timeout: 10_000 });
  await Promise.all([reader.connect(), request.connect()]);
  await reader.query("BEGIN; SELECT FROM things");
  const notes: string[] = [];
  const waits = migrate(url, [first, second], "test", (text) => notes.push(text));
  await expect.poll(waiting).toBe(1);
  await request.query("SELECT FROM things");
  await reader.end();
  expect(await waits).toEqual(["0002-second.sql"]);
  expect(notes).toContainEqual(
    expect.stringMatching(/^0002-second\.sql: .*lock timeout: others use the table/),
  );
  await request.end();
});
