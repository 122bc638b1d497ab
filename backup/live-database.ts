import { schemaAnswer } from "./app-queries.ts";
import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import type { TableFigures } from "./manifest.ts";
import { databaseAt } from "./postgres-url.ts";
import { databaseExists } from "./swap.ts";
import { tableFigures } from "./table-figures.ts";

export type Live = { tables: Record<string, TableFigures>; schema: unknown };

/** Tables and schema of the live database; nothing where it is not there. */
export async function liveDatabase(
  { databaseUrl, queries }: Pick<Context, "databaseUrl" | "queries">,
  name: string,
): Promise<Live> {
  if (!(await databaseExists(databaseUrl, name))) return { tables: {}, schema: null };
  return withConnection(databaseAt(databaseUrl, name), async (client) => {
    const tables = await tableFigures(client);
    // After the tables: reading one waits for a migration that alters it.
    return { tables, schema: await schemaAnswer(client, queries) };
  });
}
