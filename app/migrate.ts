import { migrate, planMigrations, readMigrations } from "./adapters/postgres/migrate.ts";
import { readMigrationSettings } from "./env.ts";
import { createLogger } from "./logger.ts";
import { fail } from "./process.ts";

/**
 * Brings the schema to this image's version; exit 0 says that it is there. With `--plan` it changes nothing, and its
 * last line is JSON: the migrations that are applied, and those that are missing.
 */
async function main(args: readonly string[]): Promise<void> {
  const settings = readMigrationSettings(process.env);
  const { logger, flush } = createLogger(settings);
  const migrations = await readMigrations(new URL("migrations/", import.meta.url));
  if (args.includes("--plan")) {
    process.stdout.write(`${JSON.stringify(await planMigrations(settings.DATABASE_URL, migrations))}\n`);
    return;
  }
  const applied = await migrate(settings.DATABASE_URL, migrations, settings.APP_RELEASE, (text) =>
    logger.info(text),
  );
  logger.info({ applied, schema: migrations.at(-1)?.name }, "the schema is up to date");
  flush();
}

if (import.meta.main) await main(process.argv.slice(2)).catch(fail);
