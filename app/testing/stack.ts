import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import pg from "pg";
import { inject } from "vitest";
import { type RunningApi, startApi } from "../api/start.ts";
import type { Executor } from "../core/executor.ts";
import { type Environment, readSettings, type Settings } from "../env.ts";
import type { FlushableLogger } from "../logger.ts";
import { loggerTo } from "../logger.ts";
import type { Running } from "../process.ts";
import { startWorker } from "../worker/start.ts";
import { TEMPLATE } from "./global-setup.ts";
import { environmentOf } from "./servers.ts";

/** Quick leases, so that a lost one is noticed within a test. */
export const QUICK = { leaseMs: 2_000, pollMs: 200 };

/** A database and a bucket of its own for one test file, and what runs on them. */
export interface TestStack {
  readonly databaseUrl: string;
  /** What a process of the app needs to run on them. */
  readonly environment: Environment;
  /** Lines logged by everything started here. */
  readonly logLines: string[];
  settings(overrides?: Environment): Settings;
  startApi(overrides?: Environment, announceMs?: number): Promise<RunningApi>;
  startWorker(
    executors: readonly Executor[],
    overrides?: Environment,
    times?: typeof QUICK,
  ): Promise<Running>;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Stops all that was started and drops the database. */
  remove(): Promise<void>;
}

export async function createStack(): Promise<TestStack> {
  const servers = inject("servers");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await admin(servers.postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const databaseUrl = `${servers.postgresUrl}${name}`;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  // One that is still closing when its database is dropped is told so.
  pool.on("error", () => {});
  const running: Running[] = [];
  const logLines: string[] = [];
  const environment = environmentOf(databaseUrl, servers, name.replace("_", "-"));
  const settings = (overrides: Environment = {}) => readSettings({ ...environment, ...overrides });
  const keep = <Kept extends Running>(kept: Kept): Kept => {
    running.push(kept);
    return kept;
  };
  return {
    databaseUrl,
    environment,
    logLines,
    settings,
    startApi: async (overrides, announceMs = 0) =>
      keep(
        await startApi(settings(overrides), gather(settings(overrides), logLines), {
          announceMs,
          finishMs: 5_000,
        }),
      ),
    startWorker: async (executors, overrides, times = QUICK) =>
      keep(await startWorker(settings(overrides), gather(settings(overrides), logLines), executors, times)),
    query: async <Row extends pg.QueryResultRow>(sql: string, values?: unknown[]) =>
      (await pool.query<Row>(sql, values)).rows,
    async remove() {
      await Promise.all(running.map((item) => item.stop().catch(() => {})));
      await pool.end();
      await admin(servers.postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function gather(settings: Settings, lines: string[]): FlushableLogger {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { logger: loggerTo(settings, sink), flush: () => {} };
}

async function admin(postgresUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${postgresUrl}postgres` });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
