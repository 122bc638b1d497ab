import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientEnvironment } from "./postgres-url.ts";

test("Postgres' programs get the password by a file that only they can read, and check the server", () => {
  const directory = mkdtempSync(join(tmpdir(), "postgres-url-"));
  const url =
    "postgres://postgres:p%3Aa%5Cs@postgres:5432/app?sslmode=verify-full&sslrootcert=/run/ca/ca.crt";
  const env = clientEnvironment(url, directory);
  const file = join(directory, "pgpass");
  expect(env).toEqual({
    ...{ PGHOST: "postgres", PGPORT: "5432", PGUSER: "postgres", PGDATABASE: "app", PGPASSFILE: file },
    ...{ PGSSLMODE: "verify-full", PGSSLROOTCERT: "/run/ca/ca.crt" },
  });
  expect(readFileSync(file, "utf8")).toBe("*:*:*:*:p\\:a\\\\s\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(directory, { recursive: true });
});
