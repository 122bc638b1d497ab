/** A bucket of an S3 service. */
export type Bucket = {
  /** With scheme: `https://object-store:9000`. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Whether the bucket's name is in the path, as MinIO has it, or in the host's name, as AWS has it. */
  pathStyle: boolean;
  accessKeyFile: string;
  secretKeyFile: string;
};

/** A place where backups lie. */
export type RepositoryConfig = Bucket & {
  /** `store` is the stack's own, `offsite` is elsewhere. */
  name: string;
  /** Whether the bucket is made when it is missing. */
  makeBucket: boolean;
};

/** How many good backups of each kind stay; one that counts for two is kept once. */
export type KeepRule = {
  last: number;
  daily: number;
  weekly: number;
  monthly: number;
  restorePoints: number;
};

/** Point-in-time recovery. What pgBackRest must know for it has secrets in it, so it is a file of its own. */
export type PointInTimeConfig = {
  /** pgBackRest's configuration, with one `repoN` for each of the repositories, in their order. */
  configFile: string;
  /** When base backups are due; cron expression, UTC. */
  schedule: string;
  /** How many good base backups stay in each repository. */
  keep: number;
};

/** What the program is told, as JSON in one file. Nothing in it is secret: secrets are paths of files. */
export type BackupConfig = {
  /** File with the connection URL of the superuser; its database is the one that is backed up. */
  databaseUrlFile: string;
  /** File with the key that backups are encrypted with. */
  keyFile: string;
  /** Authorities that servers are checked against, besides the public ones. */
  caFile?: string;
  /** The objects that rows name. */
  objects: Bucket;
  /** In order: the first proves by restoring, and the first that has a backup gives it back. */
  repositories: readonly RepositoryConfig[];
  /** Cron expression, UTC. */
  schedule: string;
  keep: KeepRule;
  /** Every object's copy is read again and compared within so many backups. */
  objectsRereadEvery: number;
  /** Processes that dump and restore side by side. */
  jobs: number;
  /** Where the server archives its write-ahead log. */
  pointInTime?: PointInTimeConfig;
};

/** Where the program expects its configuration. */
export const CONFIG_PATH = "/etc/slipway/backup.json";

/** Where the program may write: a volume that is empty between two runs. */
export const SCRATCH_PATH = "/scratch";

/** Where the server's data lies, to be read alone, where point-in-time recovery is on. */
export const DATA_PATH = "/var/lib/postgresql/data";

/** The name that pgBackRest knows the server by. */
export const STANZA = "database";

/** The port of metrics and health of the schedule. */
export const METRICS_PORT = 9187;
