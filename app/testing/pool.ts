import { createPool, type Pool } from "../adapters/postgres/pool.ts";
import type { TestStack } from "./stack.ts";

/** A pool as the app has it, on the database of a test file; the test ends it. */
export function testPool(
  { databaseUrl }: TestStack,
  { connectionsMax = 10, applicationName = "test" } = {},
): Pool {
  return createPool({
    url: databaseUrl,
    connectionsMax,
    idleConnectionsMax: 0,
    connectionLifetimeMs: 60_000,
    applicationName,
  });
}
