import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { withConnection } from "./connect.ts";
import { liveDatabase } from "./live-database.ts";
import { databaseAt } from "./postgres-url.ts";

const databaseUrl = inject("servers").postgresUrl;
const queries = { objects: "", check: "", schema: "SELECT name FROM schema_migrations ORDER BY name" };
const admin = (sql: string) =>
  withConnection(databaseAt(databaseUrl, "postgres"), async (client) => (await client.query(sql)).rows);

let name: string;

beforeEach(async () => {
  name = `live_${randomBytes(4).toString("hex")}`;
  await admin(`CREATE DATABASE ${name}`);
});

afterEach(() => admin(`DROP DATABASE ${name} WITH (FORCE)`));

async function untilSomebodyWaits(): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'`;
  while ((await admin(waiting)).length === 0) await sleep(20);
}

test("a migration that ends while its table is waited for is told with the rows that it left", async () => {
  await withConnection(databaseAt(databaseUrl, name), async (migration) => {
    await migration.query("CREATE TABLE schema_migrations (name text); CREATE TABLE datasets (id int)");
    await migration.query("INSERT INTO schema_migrations VALUES ('001')");
    await migration.query("BEGIN; ALTER TABLE datasets ADD COLUMN colour text");
    const live = liveDatabase({ databaseUrl, queries }, name);
    await untilSomebodyWaits();
    await migration.query("INSERT INTO datasets VALUES (1, 'red')");
    await migration.query("INSERT INTO schema_migrations VALUES ('002'); COMMIT");
    expect(await live).toMatchObject({
      schema: [{ name: "001" }, { name: "002" }],
      tables: { "public.datasets": { rows: 1 } },
    });
  });
});

test("a database that is not there has no tables", async () => {
  expect(await liveDatabase({ databaseUrl, queries }, "nowhere")).toEqual({ tables: {}, schema: null });
});
