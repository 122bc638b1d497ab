import { backupConfig } from "../../infra/operations/backups.ts";
import { renderPgBackRestConfig } from "../../infra/operations/pgbackrest-config.ts";

export const PASSWORD = "tests-tests-tests";
const KEY = "the-right-key-of-these-tests";
/** Host and port, in the rig's own network. */
export const STORE = "object-store:9000";

export const rigSettings = {
  ...{ schedule: "0 3 * * *", objectsRereadEvery: 7, jobs: 2, memoryMb: 384, cpus: 1 },
  keep: { last: 3, daily: 7, weekly: 4, monthly: 3, restorePoints: 5 },
  ...{ pitr: true, baseBackups: { schedule: "0 2 * * *", keep: 2 }, archiveSecondsMax: 3_600 },
};

/** A second place, which is the same store under another bucket's name. */
export const OFFSITE_BUCKET = "elsewhere";

export type ArchiveRigOptions = { hasOffsite?: boolean };

/** What the program is told. */
export function programConfig({ hasOffsite }: ArchiveRigOptions) {
  const bucket = {
    endpoint: `https://${STORE}`,
    region: "us-east-1",
    bucket: OFFSITE_BUCKET,
    pathStyle: true,
  };
  return backupConfig({
    settings: hasOffsite ? { ...rigSettings, offsite: bucket } : rigSettings,
    objectStore: { endpoint: STORE, bucket: "app" },
  });
}

function archiveConfig(key: string, options: ArchiveRigOptions): string {
  const { repositories } = programConfig(options);
  const keys = { accessKey: "tests", secretKey: PASSWORD, caFile: "/run/ca/ca.crt" };
  const open = repositories.map((repository) => ({ ...repository, ...keys }));
  const rendered = renderPgBackRestConfig({ key, keep: 2, jobs: 2, repositories: open });
  // A quarter of the stack's own patience: what a test waits for is in proportion.
  return rendered.replace("io-timeout=8", "io-timeout=2");
}

/** What the stack gives both as secrets. */
export function secretTexts(
  server: { certificate: string; key: string },
  options: ArchiveRigOptions,
): Record<string, string> {
  return {
    "postgres-password": PASSWORD,
    "app-database-password": PASSWORD,
    "postgres-tls-certificate": server.certificate,
    "postgres-tls-key": server.key,
    "database-url": `postgres://postgres:${PASSWORD}@postgres:5432/app?sslmode=verify-full&sslrootcert=/run/ca/ca.crt`,
    "object-store-user": "tests",
    "object-store-password": PASSWORD,
    "offsite-access-key": "tests",
    "offsite-secret-key": PASSWORD,
    key: KEY,
    "pgbackrest.conf": archiveConfig(KEY, options),
  };
}

/** pgBackRest's configuration with another key than the one that everything was encrypted with. */
export const OTHER_ARCHIVE_CONFIG = archiveConfig("another-key", {});
