import type { TestProject } from "vitest/node";
import { migrate, readMigrations } from "../adapters/postgres/migrate.ts";
import { startObjectStore } from "./object-store.ts";
import { startPostgres } from "./postgres.ts";

export const TEMPLATE = "slipway_template";

/** One Postgres with a migrated template database and one object store, for all database tests of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  const objectStore = await startObjectStore().catch(async (error: unknown) => {
    await postgres.remove();
    throw error;
  });
  await postgres.admin(`CREATE DATABASE ${TEMPLATE}`);
  const migrations = await readMigrations(new URL("../migrations/", import.meta.url));
  await migrate(postgres.url(TEMPLATE), migrations, "tests");
  const { endpoint, user, password } = objectStore;
  project.provide("servers", { postgresUrl: postgres.url(""), endpoint, user, password });
  return async () => {
    await postgres.remove();
    objectStore.remove();
  };
}

declare module "vitest" {
  interface ProvidedContext {
    servers: {
      readonly postgresUrl: string;
      readonly endpoint: string;
      readonly user: string;
      readonly password: string;
    };
  }
}
