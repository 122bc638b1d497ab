import { join } from "node:path";
import { writePrivate } from "./rclone.ts";

/** The URL of another database of the same server. */
export function databaseAt(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** The database that a URL names. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

function escaped(text: string): string {
  return text.replace(/[\\:]/g, "\\$&");
}

/**
 * A server as Postgres' own programs take it from their environment, with the password in a file of `directory`, so
 * that it stands in no command line and no environment.
 */
export function clientEnvironment(url: string, directory: string): Record<string, string> {
  const { hostname, port, username, password, searchParams } = new URL(url);
  const passwordFile = join(directory, "pgpass");
  const secret = escaped(decodeURIComponent(password));
  writePrivate(passwordFile, `*:*:*:*:${secret}\n`);
  const tls = { PGSSLMODE: searchParams.get("sslmode"), PGSSLROOTCERT: searchParams.get("sslrootcert") };
  return {
    PGHOST: searchParams.get("host") ?? hostname,
    PGPORT: port || "5432",
    PGUSER: decodeURIComponent(username),
    PGPASSFILE: passwordFile,
    PGDATABASE: databaseOf(url),
    ...Object.fromEntries(
      Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
  };
}
