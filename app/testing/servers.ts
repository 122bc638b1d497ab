import { migrate, readMigrations } from "../adapters/postgres/migrate.ts";
import type { Environment } from "../env.ts";
import { type ObjectStoreServer, startObjectStore } from "./object-store.ts";
import { type PostgresServer, startPostgres } from "./postgres.ts";
import { TOKEN } from "./token.ts";

/** A database server and an object store of one test's own, which it may stop and start. */
export interface Servers {
  readonly postgres: PostgresServer;
  readonly objectStore: ObjectStoreServer;
  readonly databaseUrl: string;
  /** What a process of the app needs to run on them; its port is any. */
  readonly environment: Environment;
  remove(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const postgres = await startPostgres();
  const objectStore = await startObjectStore().catch(async (error: unknown) => {
    await postgres.remove();
    throw error;
  });
  await postgres.admin("CREATE DATABASE app");
  const databaseUrl = postgres.url("app");
  await migrate(databaseUrl, await readMigrations(new URL("../migrations/", import.meta.url)), "tests");
  return {
    postgres,
    objectStore,
    databaseUrl,
    environment: environmentOf(databaseUrl, objectStore, "app-tests"),
    async remove() {
      await postgres.remove();
      objectStore.remove();
    },
  };
}

/** The least that a process of the app needs, without rate limits that a test would run into. */
export function environmentOf(
  databaseUrl: string,
  store: Pick<ObjectStoreServer, "endpoint" | "user" | "password">,
  bucket: string,
): Environment {
  return {
    DATABASE_URL: databaseUrl,
    MINIO_ENDPOINT: store.endpoint,
    MINIO_USER: store.user,
    MINIO_PASSWORD: store.password,
    MINIO_USE_SSL: "false",
    MINIO_BUCKET: bucket,
    API_TOKENS: TOKEN,
    PORT: "0",
    RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000",
    RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE: "1000000",
  };
}
