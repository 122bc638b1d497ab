import pg from "pg";

export type Pool = pg.Pool;
export type Client = pg.PoolClient;

export interface PoolOptions {
  /** May carry `sslmode` and `sslrootcert`. */
  readonly url: string;
  readonly connectionsMax: number;
  readonly idleConnectionsMax: number;
  readonly connectionLifetimeMs: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  readonly onError?: (error: Error) => void;
}

/** A query over this is a fault of ours: lists are bounded and indexed. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** How long a request may wait for a free or new connection. */
const CONNECT_TIMEOUT_MS = 3_000;

/** A pool of connections that all speak UTC and give numbers and RFC 3339 strings. */
export function createPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax,
    min: options.idleConnectionsMax,
    maxLifetimeSeconds: Math.ceil(options.connectionLifetimeMs / 1_000),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    options: "-c TimeZone=UTC",
    types: { getTypeParser },
  });
  pool.on("error", (error) => options.onError?.(error));
  // The pool listens to idle connections only: one that breaks between two queries of its user, or while it closes,
  // must not end the process. The next query on it fails by itself.
  pool.on("connect", (connection) => connection.on("error", () => {}));
  return pool;
}

/** Runs the work in one transaction; any error rolls it back. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

const { INT8, TIMESTAMPTZ } = pg.types.builtins;

function getTypeParser(oid: number, format?: "text" | "binary"): (text: string) => unknown {
  if (format !== "binary" && oid === INT8) return Number;
  if (format !== "binary" && oid === TIMESTAMPTZ) return toRfc3339;
  return format === "binary" ? pg.types.getTypeParser(oid, "binary") : pg.types.getTypeParser(oid, "text");
}

/** `2026-11-24 04:08:05.123456+00` (the session is in UTC) as `2026-11-24T04:08:05.123Z`. */
export function toRfc3339(text: string): string {
  const fraction = text.length > 22 && text[19] === "." ? text.slice(20, text.length - 3) : "";
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}
