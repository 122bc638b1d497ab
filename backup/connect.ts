import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { BackupError } from "./backup-error.ts";

const CONNECT_TIMEOUT_MS = 10_000;
/** A server that does not answer is not waited for to say goodbye. */
const END_MS_MAX = 5_000;

/** A connection to a database. Rejects with a {@link BackupError} where the server cannot be reached. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "slipway-backup",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A connection that breaks rejects the query that it carries; one that carries none is of no interest.
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new BackupError(
      "database-unreachable",
      `the database cannot be reached: ${(error as Error).message}`,
    );
  }
  return client;
}

/** Opens a connection for as long as the work takes. */
export async function withConnection<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await Promise.race([client.end().catch(() => {}), sleep(END_MS_MAX, undefined, { ref: false })]);
  }
}
