import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AppQueries, readAppQueries } from "./app-queries.ts";
import { type BackupConfig, SCRATCH_PATH } from "./config.ts";
import type { ObjectStores } from "./objects.ts";
import { PgBackRest } from "./point-in-time/pgbackrest.ts";
import { clientEnvironment } from "./postgres-url.ts";
import { obscure, Rclone, writePrivate } from "./rclone.ts";
import { renderRcloneConfig } from "./rclone-config.ts";
import { Repository } from "./repository.ts";
import { Scratch } from "./scratch.ts";

/** Everything that a run works with. */
export type Context = {
  config: BackupConfig;
  queries: AppQueries;
  /** Of the superuser; names the database that is backed up. Secret. */
  databaseUrl: string;
  /** The same for Postgres' own programs. */
  databaseEnv: Record<string, string>;
  repositories: readonly Repository[];
  stores: ObjectStores;
  /** Null where point-in-time recovery is off. */
  pointInTime: PgBackRest | null;
  scratch: Scratch;
  /** Tells what is going on. */
  note: (text: string) => void;
};

const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

const secretText = (path: string) => readFileSync(path, "utf8").trim();

/** The public authorities and the stack's own, in one file, since rclone takes one for all servers. */
function authorities(directory: string, caFile: string): string {
  const path = join(directory, "ca.crt");
  writePrivate(path, [PUBLIC_AUTHORITIES, caFile].map((file) => readFileSync(file, "utf8")).join("\n"));
  return path;
}

/** Reads the configuration and its secrets. `directory` takes files with secrets: it must be in memory. */
export async function openContext(
  configPath: string,
  directory: string,
  note: Context["note"],
): Promise<Context> {
  const config = JSON.parse(readFileSync(configPath, "utf8")) as BackupConfig;
  const configFile = join(directory, "rclone.conf");
  writePrivate(configFile, renderRcloneConfig(config, await obscure(secretText(config.keyFile)), secretText));
  const caFile = config.caFile === undefined ? {} : { caFile: authorities(directory, config.caFile) };
  const rclone = new Rclone({ configFile, ...caFile });
  const databaseUrl = secretText(config.databaseUrlFile);
  const databaseEnv = clientEnvironment(databaseUrl, directory);
  const { pointInTime } = config;
  return {
    ...{ config, databaseUrl, databaseEnv, note },
    queries: readAppQueries(new URL("queries/", import.meta.url)),
    pointInTime: pointInTime ? new PgBackRest(pointInTime.configFile, databaseEnv) : null,
    repositories: config.repositories.map((repository) => new Repository(repository, rclone)),
    stores: { rclone, bucket: config.objects.bucket, scratch: directory },
    scratch: new Scratch(SCRATCH_PATH),
  };
}
