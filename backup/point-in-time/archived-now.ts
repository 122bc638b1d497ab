import { withConnection } from "../connect.ts";
import type { Context } from "../context.ts";
import { databaseAt } from "../postgres-url.ts";
import type { PgBackRest } from "./pgbackrest.ts";

/**
 * Sees to it that everything committed until now is archived, and something after it: only from there is it known that
 * a moment lies behind. Rejects where the server does not get rid of its log.
 */
export async function archiveUntilNow({ databaseUrl }: Context, tool: PgBackRest): Promise<void> {
  // A transaction of its own, whose end has a time.
  await withConnection(databaseAt(databaseUrl, "postgres"), (client) =>
    client.query("SELECT pg_current_xact_id()"),
  );
  await tool.run("the write-ahead log", ["check"], "not-archived");
}
