import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { whole } from "../settings/fields.ts";
import { dataVolume } from "../swarm/data-volume.ts";
import { configFile, type FileSource, secretFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import { limits, type MountedFile, secretAt } from "../swarm/service-args.ts";
import {
  ARCHIVE_CONFIG_PATH,
  POSTGRES_FILES,
  POSTGRES_READY_FILE,
  renderArchiveScript,
  renderPgHba,
  renderPostgresStart,
  renderRolesSql,
} from "./postgres-files.ts";

export const PostgresSettings = z.strictObject({
  /** A quarter of it becomes the server's own cache. */
  ...limits({ memoryMbMin: 128 }),
  /** Connections of all clients together. Three more are kept for the superuser. */
  connectionsMax: whole(10, 1_000),
});

export type PostgresArgs = {
  scope: Scope;
  settings: z.infer<typeof PostgresSettings>;
  image: ImageReference;
  network: { id: pulumi.Input<string> };
  /** The authority that clients check the server's certificate against. */
  ca: FileSource;
  /** Where the write-ahead log is archived. */
  archive?: {
    /** pgBackRest's configuration. */
    config: FileSource;
    /** What was written is archived within so long. */
    secondsMax: number;
    /** Where it goes: it starts first and stops last, since a server archives the last of its log when it stops. */
    store: pulumi.Resource;
  };
  secrets: {
    superuserPassword: pulumi.Input<string>;
    appPassword: pulumi.Input<string>;
    tlsCertificate: pulumi.Input<string>;
    tlsKey: pulumi.Input<string>;
  };
};

/** Numeric user of the image, which owns the data. */
const USER = 999;
const CA_PATH = "/run/ca/ca.crt";
const HOST = "postgres";
const ROLE = "app";
const DATABASE = "app";

/** The server's command line: TLS, the rules of access, memory by the container's limit, and its archive. */
export function postgresArguments(
  { memoryMb, connectionsMax }: z.infer<typeof PostgresSettings>,
  archive?: Pick<NonNullable<PostgresArgs["archive"]>, "secondsMax">,
): string[] {
  const archiving = archive && {
    archive_mode: "on",
    archive_command: `sh ${POSTGRES_FILES.archive} %p`,
    archive_timeout: `${archive.secondsMax}s`,
  };
  const options = {
    ssl: "on",
    ssl_cert_file: "/run/secrets/postgres-tls-certificate",
    ssl_key_file: "/run/secrets/postgres-tls-key",
    ssl_min_protocol_version: "TLSv1.3",
    hba_file: POSTGRES_FILES.access,
    password_encryption: "scram-sha-256",
    // A machine that dies says nothing: in half a minute its sessions end, with the locks that they hold.
    tcp_keepalives_idle: "15",
    tcp_keepalives_interval: "5",
    tcp_keepalives_count: "3",
    tcp_user_timeout: "30000",
    shared_buffers: `${Math.floor(memoryMb / 4)}MB`,
    effective_cache_size: `${Math.floor(memoryMb / 2)}MB`,
    max_connections: `${connectionsMax + 3}`,
    ...archiving,
  };
  return Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** One Postgres server, TLS only. Its data volume outlives every replacement of the service. */
export class Postgres extends pulumi.ComponentResource {
  /** Connection URL of the application's role. Secret. The authority is expected at /run/ca/ca.crt. */
  readonly url: pulumi.Output<string>;
  /** The same of the superuser, who alone may replace a database by its backup. */
  readonly superuserUrl: pulumi.Output<string>;
  /** Name of the volume with its data. */
  readonly data: pulumi.Output<string>;

  constructor(name: string, args: PostgresArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:data:Postgres", name, {}, opts);
    const parent = { parent: this };
    const data = dataVolume(`${name}-data`, args.scope, parent);
    runService(
      name,
      {
        scope: args.scope,
        image: args.image,
        args: ["sh", POSTGRES_FILES.start],
        user: USER,
        replicas: 1,
        limits: args.settings,
        env: { POSTGRES_PASSWORD_FILE: "/run/secrets/postgres-password", PGDATA: "/var/lib/postgresql/data" },
        secrets: serverSecrets(args, parent),
        configs: serverFiles(args, parent),
        volumes: { "/var/lib/postgresql/data": data.name },
        tmpfsMb: { "/var/run/postgresql": 1 },
        networks: [{ network: args.network, aliases: [HOST] }],
        health: {
          command: ["sh", "-c", `test -e ${POSTGRES_READY_FILE} && pg_isready -q -h 127.0.0.1`],
          intervalSeconds: 3,
          startSeconds: 60,
        },
        updateOrder: "stop-first",
        // Fast shutdown: ends sessions, writes a checkpoint.
        stopSignal: "SIGINT",
        stopGraceSeconds: 120,
      },
      { ...parent, ...(args.archive ? { dependsOn: [args.archive.store] } : {}) },
    );
    this.data = data.name;
    this.url = databaseUrl(ROLE, args.secrets.appPassword);
    this.superuserUrl = databaseUrl("postgres", args.secrets.superuserPassword);
    this.registerOutputs({ url: this.url });
  }
}

function databaseUrl(role: string, secret: pulumi.Input<string>): pulumi.Output<string> {
  const password = pulumi.output(secret).apply(encodeURIComponent);
  return pulumi.secret(
    pulumi.interpolate`postgres://${role}:${password}@${HOST}:5432/${DATABASE}?sslmode=verify-full&sslrootcert=/run/ca/ca.crt`,
  );
}

function serverSecrets(
  { scope, secrets, archive }: PostgresArgs,
  opts: pulumi.CustomResourceOptions,
): MountedFile[] {
  const contents = {
    "postgres-password": secrets.superuserPassword,
    "app-database-password": secrets.appPassword,
    "postgres-tls-certificate": secrets.tlsCertificate,
    "postgres-tls-key": secrets.tlsKey,
  };
  const own = Object.entries(contents).map(([name, content]) =>
    secretAt(name, secretFile(name, { scope, content }, opts)),
  );
  return archive ? [...own, { source: archive.config, path: ARCHIVE_CONFIG_PATH }] : own;
}

function serverFiles(args: PostgresArgs, opts: pulumi.CustomResourceOptions): MountedFile[] {
  const { scope, settings, ca, archive } = args;
  const files: Record<string, [path: string, content: string]> = {
    "postgres-start": [POSTGRES_FILES.start, renderPostgresStart(postgresArguments(settings, archive))],
    "postgres-roles": [POSTGRES_FILES.roles, renderRolesSql({ role: ROLE, database: DATABASE })],
    "postgres-access": [POSTGRES_FILES.access, renderPgHba()],
    ...(archive ? { "postgres-archive": [POSTGRES_FILES.archive, renderArchiveScript()] } : {}),
  };
  const own = Object.entries(files).map(([name, [path, content]]) => ({
    path,
    source: configFile(name, { scope, content }, opts),
  }));
  // The archive's own server is checked against it.
  return archive ? [...own, { source: ca, path: CA_PATH }] : own;
}
