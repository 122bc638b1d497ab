import { join } from "node:path";
import pg from "pg";
import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import { dropUnmoved } from "./drop-unmoved.ts";
import { restoreDump } from "./dump.ts";
import type { Manifest } from "./manifest.ts";
import { databaseAt } from "./postgres-url.ts";
import { createDatabaseSql } from "./proof-server.ts";
import { checkDatabase, DUMP, type Fetched } from "./prove.ts";
import { databaseExists, dropDatabase, freeKeptName, renameDatabase, swapDatabases } from "./swap.ts";

/** What a database is called while it is made. */
const freshName = ({ database }: Manifest) => `${database.name}_restoring`;

/** Drops what a restore that was killed has left: it takes up room. */
export async function dropLeft({ databaseUrl }: Context, manifest: Manifest): Promise<void> {
  await dropDatabase(databaseUrl, freshName(manifest));
}

/** Makes a database from a fetched dump, on the live server, and checks it. */
async function buildDatabase(context: Context, name: string, manifest: Manifest, { directory }: Fetched) {
  const { databaseUrl, databaseEnv: env, config, note } = context;
  await withConnection(databaseAt(databaseUrl, "postgres"), async (client) => {
    await client.query(createDatabaseSql(name, manifest.database));
    await client.query(`REVOKE ALL ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC`);
  });
  note(`restoring into ${name}`);
  await restoreDump({ directory: join(directory, DUMP), database: name, env, jobs: config.jobs });
  note("comparing");
  await checkDatabase(databaseAt(databaseUrl, name), manifest, context);
  await withConnection(databaseAt(databaseUrl, name), (client) => client.query("ANALYZE"));
}

/** Puts the restored database in the live one's place. Returns what that is called now. */
async function takePlace(
  context: Context,
  fresh: string,
  { database, id }: Manifest,
): Promise<string | null> {
  const { databaseUrl: url, note } = context;
  const current = database.name;
  if (!(await databaseExists(url, current))) {
    await renameDatabase(url, fresh, current);
    return null;
  }
  const keptAs = await freeKeptName(url, current, id);
  note(`swapping; the database before it stays as ${keptAs}`);
  await swapDatabases({ url, fresh, current, keptAs });
  return keptAs;
}

/**
 * Restores beside the live database, and puts the result in its place or, where a name is given, under that. Where it
 * fails, nothing is left of it. Returns what the live one is called now; null where it still has its place.
 */
export async function bringBack(
  context: Context,
  manifest: Manifest,
  fetched: Fetched,
  into: string | null,
): Promise<string | null> {
  const { databaseUrl: url, note } = context;
  const fresh = freshName(manifest);
  let isBuilt = false;
  try {
    await buildDatabase(context, fresh, manifest, fetched);
    isBuilt = true;
    if (into === null) return await takePlace(context, fresh, manifest);
    await renameDatabase(url, fresh, into);
    return null;
  } catch (error) {
    if (isBuilt) await dropUnmoved(url, { fresh, manifest, into, error });
    else
      await dropDatabase(url, fresh).catch(({ message }: Error) =>
        note(`database ${fresh} is left behind until the next restore: ${message}`),
      );
    throw error;
  }
}
