import * as pulumi from "@pulumi/pulumi";
import type { BackupConfig, Bucket, RepositoryConfig } from "../../backup/config.ts";
import { scratchVolume } from "../swarm/data-volume.ts";
import { configFile, type FileSource, secretFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { RunJobArgs } from "../swarm/job.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import { type MountedFile, secretAt } from "../swarm/service-args.ts";
import { type BackupsSettings, pointInTimeSettings } from "./backup-settings.ts";
import { renderPgBackRestConfig } from "./pgbackrest-config.ts";

export type BackupsArgs = {
  scope: Scope;
  settings: BackupsSettings;
  image: ImageReference;
  network: { id: pulumi.Input<string> };
  /** The authority of the stack's own servers. */
  ca: FileSource;
  objectStore: {
    /** Host and port. */
    endpoint: string;
    /** Where the app's objects are. */
    bucket: string;
  };
  /** Where point-in-time recovery is on. */
  pointInTime?: {
    /** What {@link archiveFile} made. */
    config: FileSource;
    /** The volume with the server's data, which is only read. */
    data: pulumi.Input<string>;
  };
  secrets: {
    /** What backups are encrypted with. Who loses it has no backups. */
    key: pulumi.Input<string>;
    /** Of the superuser; names the app's database. */
    databaseUrl: pulumi.Input<string>;
    objectStoreUser: pulumi.Input<string>;
    objectStorePassword: pulumi.Input<string>;
    /** Of the off-site bucket; needed where the settings name one. */
    offsite?: { accessKey: pulumi.Input<string>; secretKey: pulumi.Input<string> };
  };
};

/** A job on the backups: what it has in common with the service that takes them. */
export type BackupJob = RunJobArgs;

/** Numeric user of the image, as of the Postgres image that it has its programs from. */
const USER = 999;
const CA_PATH = "/run/ca/ca.crt";
const CONFIG_PATH = "/etc/slipway/backup.json";
const SCRATCH_PATH = "/scratch";
const DATA_PATH = "/var/lib/postgresql/data";
/** pgBackRest's configuration, here and in the server's container. */
export const ARCHIVE_CONFIG_PATH = "/run/secrets/pgbackrest.conf";
const METRICS_PORT = 9187;
const OWN_REGION = "us-east-1";
/** A restore point of 1 GB takes under two minutes; a hundred times that is an operator's own case. */
const JOB_TIMEOUT_SECONDS = 6 * 3_600;

const OWN_KEYS = {
  accessKeyFile: "/run/secrets/object-store-user",
  secretKeyFile: "/run/secrets/object-store-password",
};
const OFFSITE_KEYS = {
  accessKeyFile: "/run/secrets/offsite-access-key",
  secretKeyFile: "/run/secrets/offsite-secret-key",
};

/** What the program in the image is told. */
export function backupConfig({
  settings,
  objectStore,
}: Pick<BackupsArgs, "settings" | "objectStore">): BackupConfig {
  const { schedule, keep, objectsRereadEvery, jobs, offsite } = settings;
  const pointInTime = pointInTimeSettings(settings);
  const own = {
    ...OWN_KEYS,
    endpoint: `https://${objectStore.endpoint}`,
    region: OWN_REGION,
    pathStyle: true,
  };
  const objects: Bucket = { ...own, bucket: objectStore.bucket };
  const store = { ...own, name: "store", bucket: `${objectStore.bucket}-backups`, makeBucket: true };
  const elsewhere: RepositoryConfig[] = offsite
    ? [{ ...offsite, ...OFFSITE_KEYS, name: "offsite", makeBucket: false }]
    : [];
  return {
    ...{ schedule, keep, objectsRereadEvery, jobs, objects },
    databaseUrlFile: "/run/secrets/database-url",
    keyFile: "/run/secrets/key",
    caFile: CA_PATH,
    repositories: [store, ...elsewhere],
    ...(pointInTime
      ? {
          pointInTime: {
            configFile: ARCHIVE_CONFIG_PATH,
            ...{ schedule: pointInTime.schedule, keep: pointInTime.keep },
          },
        }
      : {}),
  };
}

/** The authorities of servers elsewhere, in every image. */
const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

type ArchiveArgs = Pick<BackupsArgs, "scope" | "settings" | "objectStore"> & {
  secrets: Omit<BackupsArgs["secrets"], "databaseUrl">;
};

/** What the server and the backups' program must know of the archive, as one secret; undefined where there is none. */
export function archiveFile(args: ArchiveArgs, opts: pulumi.CustomResourceOptions): FileSource | undefined {
  const { scope, settings, secrets } = args;
  const pointInTime = pointInTimeSettings(settings);
  if (!pointInTime) return undefined;
  const { repositories } = backupConfig(args);
  const { objectStoreUser: user, objectStorePassword: password, key, offsite } = secrets;
  const content = pulumi.all([key, user, password, offsite]).apply(([key, accessKey, secretKey, elsewhere]) =>
    renderPgBackRestConfig({
      ...{ key, keep: pointInTime.keep, jobs: settings.jobs },
      repositories: repositories.map((repository) =>
        repository.name === "store"
          ? { ...repository, accessKey, secretKey, caFile: CA_PATH }
          : { ...repository, ...(elsewhere as Keys), caFile: PUBLIC_AUTHORITIES },
      ),
    }),
  );
  return secretFile("backup-archive", { scope, content }, opts);
}

type Keys = { accessKey: string; secretKey: string };

/**
 * Backups of database and objects: taken by schedule, encrypted, and proven by restoring them. Tells of them at
 * `backups:9187/metrics` on its network.
 */
export class Backups extends pulumi.ComponentResource {
  readonly #common: Omit<BackupJob, "args" | "timeoutSeconds">;

  constructor(name: string, args: BackupsArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:operations:Backups", name, {}, opts);
    const parent = { parent: this };
    const { scope, image, settings, network, ca, pointInTime } = args;
    const content = JSON.stringify(backupConfig(args));
    this.#common = {
      ...{ scope, image, user: USER, networks: [{ network, aliases: [] }] },
      limits: { memoryMb: settings.memoryMb, cpus: settings.cpus },
      secrets: backupSecrets(args, parent),
      ...(pointInTime ? { readOnlyVolumes: { [DATA_PATH]: pointInTime.data } } : {}),
      configs: [
        { source: ca, path: CA_PATH },
        { source: configFile("backup-config", { scope, content }, parent), path: CONFIG_PATH },
      ],
      volumes: { [SCRATCH_PATH]: scratchVolume(`${name}-scratch`, scope, parent).name },
    };
    runService(
      name,
      {
        ...this.#common,
        args: ["schedule"],
        replicas: 1,
        networks: [{ network, aliases: ["backups"] }],
        health: {
          command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${METRICS_PORT}/healthz`],
          intervalSeconds: 5,
          startSeconds: 30,
        },
        // Two schedules side by side wait for one another.
        updateOrder: "start-first",
        stopGraceSeconds: 10,
      },
      parent,
    );
    this.registerOutputs({});
  }

  /** A job of the same program: `restore-point create --release ID` and the like; its last line is JSON. */
  job(args: readonly string[]): BackupJob {
    return { ...this.#common, args, timeoutSeconds: JOB_TIMEOUT_SECONDS };
  }
}

function backupSecrets(
  { scope, secrets, pointInTime }: BackupsArgs,
  opts: pulumi.CustomResourceOptions,
): MountedFile[] {
  const { offsite } = secrets;
  const contents: Record<string, pulumi.Input<string>> = {
    key: secrets.key,
    "database-url": secrets.databaseUrl,
    "object-store-user": secrets.objectStoreUser,
    "object-store-password": secrets.objectStorePassword,
    ...(offsite ? { "offsite-access-key": offsite.accessKey, "offsite-secret-key": offsite.secretKey } : {}),
  };
  const own = Object.entries(contents).map(([name, content]) =>
    secretAt(name, secretFile(`backup-${name}`, { scope, content }, opts)),
  );
  return pointInTime ? [...own, { source: pointInTime.config, path: ARCHIVE_CONFIG_PATH }] : own;
}
