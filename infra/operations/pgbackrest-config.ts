import type { RepositoryConfig } from "../../backup/config.ts";

/** A place of backups, with what opens it. */
export type OpenRepository = Pick<RepositoryConfig, "endpoint" | "region" | "bucket" | "pathStyle"> & {
  accessKey: string;
  secretKey: string;
  /** Authorities that its certificate may be of. */
  caFile: string;
};

export type PgBackRestArgs = {
  repositories: readonly OpenRepository[];
  /** What everything is encrypted with before it leaves. */
  key: string;
  /** How many base backups stay. */
  keep: number;
  /** Processes that copy side by side. */
  jobs: number;
};

/** Where the log lies in a bucket, beside the backups. */
const FOLDER = "/point-in-time";

const HTTPS_PORT = "443";

function repositoryOptions(repository: OpenRepository, { key, keep }: PgBackRestArgs) {
  const { hostname, port } = new URL(repository.endpoint);
  return {
    type: "s3",
    path: FOLDER,
    "s3-endpoint": hostname,
    "storage-port": port || HTTPS_PORT,
    "s3-bucket": repository.bucket,
    "s3-region": repository.region,
    "s3-uri-style": repository.pathStyle ? "path" : "host",
    "s3-key": repository.accessKey,
    "s3-key-secret": repository.secretKey,
    "storage-ca-file": repository.caFile,
    "cipher-type": "aes-256-cbc",
    "cipher-pass": key,
    "retention-full": String(keep),
  };
}

/** Of all its commands. Nothing is logged to files, and errors go where whoever runs it looks. */
const OPTIONS = {
  "compress-type": "zst",
  "lock-path": "/tmp/pgbackrest",
  "log-level-console": "off",
  "log-level-file": "off",
  "log-timestamp": "n",
  "start-fast": "y",
  // A store that does not answer is tried eight times so long: within the time that a server has to stop.
  "io-timeout": "8",
  "archive-timeout": "120",
};

function lines(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, value]) => `${name}=${value.trim()}`);
}

/**
 * pgBackRest's configuration, secrets included: for a file that only its user can read. The server archives its log
 * with it, and the backups' program copies and restores its files.
 */
export function renderPgBackRestConfig(args: PgBackRestArgs): string {
  const repositories = args.repositories.flatMap((repository, index) =>
    lines(repositoryOptions(repository, args)).map((line) => `repo${index + 1}-${line}`),
  );
  const own = lines({ ...OPTIONS, "process-max": String(args.jobs) });
  const server = ["[database]", "pg1-path=/var/lib/postgresql/data", ""];
  return ["[global]", ...own, ...repositories, "", ...server].join("\n");
}
