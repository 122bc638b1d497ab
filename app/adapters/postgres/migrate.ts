import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  /** The release before works on the schema after it. */
  readonly compatible: boolean;
}

/** The migrations cannot be applied; the schema is as it was before the first of them. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/** One number for all releases: two deployers wait for each other. */
const LOCK = 7_365_821_904;
/**
 * A migration that waits for a table makes every request to that table wait behind it: so it waits for a moment only,
 * gives way, and tries again. A backup holds all tables, though not against requests, for as long as it reads.
 */
const TABLE_WAIT_MS = 2_000;
const GIVE_WAY_MS = 3_000;
const TRIES_MAX = 60;

/** Reads `NNNN-name.sql` files in order; each starts with `-- compatible: yes` or `no`. */
export async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => parseMigration(name, await readFile(new URL(name, folder), "utf8"))),
  );
}

export function parseMigration(name: string, sql: string): Migration {
  const mark = /^-- compatible: (yes|no)$/m.exec(sql.split("\n", 1)[0] ?? "");
  if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    throw new MigrationError(`${name}: must be named NNNN-words.sql`);
  if (!mark)
    throw new MigrationError(`${name}: the first line must be "-- compatible: yes" or "-- compatible: no"`);
  const checksum = createHash("sha256").update(sql).digest("hex");
  return { name, sql, checksum, compatible: mark[1] === "yes" };
}

interface Applied {
  readonly name: string;
  readonly checksum: string;
  readonly compatible: boolean;
}

/** A migration's name, and whether the release before works on the schema after it. */
export type MigrationMark = Pick<Migration, "name" | "compatible">;

/** What the database has, and what it lacks of these files. */
export interface MigrationPlan {
  readonly applied: readonly MigrationMark[];
  readonly missing: readonly MigrationMark[];
}

/** Reads what is still to be applied, and changes nothing. Throws as {@link missingMigrations} does. */
export async function planMigrations(url: string, migrations: readonly Migration[]): Promise<MigrationPlan> {
  return withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ known: boolean }>(
      "SELECT to_regclass('schema_migrations') IS NOT NULL AS known",
    );
    const applied = tables[0]?.known ? await appliedMigrations(client) : [];
    const mark = ({ name, compatible }: MigrationMark) => ({ name, compatible });
    return { applied: applied.map(mark), missing: missingMigrations(migrations, applied).map(mark) };
  });
}

/**
 * Brings the schema to the newest migration; returns the names it applied. All of them in one transaction: where one
 * fails the schema is as it was, and the release before goes on.
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[],
  release: string,
  note: (text: string) => void = () => {},
): Promise<string[]> {
  return withClient(url, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      name text PRIMARY KEY, checksum text NOT NULL, compatible boolean NOT NULL,
      release text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const missing = missingMigrations(migrations, await appliedMigrations(client));
    await whenTablesAreFree(note, () =>
      inOneTransaction(client, async () => {
        for (const migration of missing) {
          note(`applying ${migration.name}`);
          await apply(client, migration, release);
        }
      }),
    );
    return missing.map(({ name }) => name);
  });
}

async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: "slipway-migrate" });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function appliedMigrations(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    "SELECT name, checksum, compatible FROM schema_migrations ORDER BY name",
  );
  return rows;
}

/** Does the work again, from its beginning, where others have held one of its tables for too long. */
async function whenTablesAreFree(note: (text: string) => void, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTableTaken(error) || tries === TRIES_MAX) throw error;
      note(`${(error as Error).message}: others use the table; trying again`);
      await sleep(GIVE_WAY_MS);
    }
  }
}

/** 55P03: lock_not_available. */
function isTableTaken(error: unknown): boolean {
  return error instanceof MigrationError && (error.cause as { code?: string } | undefined)?.code === "55P03";
}

async function inOneTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(`SET LOCAL lock_timeout = ${TABLE_WAIT_MS}`);
    await work();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** What is still to be applied; throws when the database holds something else than these files. */
export function missingMigrations(
  migrations: readonly Migration[],
  applied: readonly Applied[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, compatible } of applied) {
    const file = known.get(name);
    if (file && file.checksum !== checksum) {
      throw new MigrationError(`${name}: was changed after it was applied; write a new migration instead`);
    }
    if (!file && !compatible) {
      throw new MigrationError(
        `${name}: is in the database, is not in this release, and this release cannot work on it`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  const missing = migrations.filter(({ name }) => !done.has(name));
  const newest = applied.at(-1)?.name ?? "";
  const late = missing.find(({ name }) => name < newest);
  if (late)
    throw new MigrationError(`${late.name}: sorts before ${newest}, which is already applied; rename it`);
  return missing;
}

async function apply(client: pg.Client, { name, sql, checksum, compatible }: Migration, release: string) {
  try {
    await client.query(sql);
  } catch (error) {
    throw new MigrationError(`${name}: ${(error as Error).message}`, { cause: error });
  }
  await client.query(
    "INSERT INTO schema_migrations (name, checksum, compatible, release) VALUES ($1, $2, $3, $4)",
    [name, checksum, compatible, release],
  );
}
