import type { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { ObjectStore } from "../infra/data/object-store.ts";
import { Postgres } from "../infra/data/postgres.ts";
import { archiveFile, Backups } from "../infra/operations/backups.ts";
import type { ReleaseManifest } from "../infra/operations/release/manifest.ts";
import { Release, type ReleaseArgs } from "../infra/operations/release/release.ts";
import { BUCKET } from "../infra/product/app-environment.ts";
import { APP_PORT, APP_USER, type AppWires, appSecrets } from "../infra/product/app-wires.ts";
import { Backend } from "../infra/product/backend.ts";
import { Frontend } from "../infra/product/frontend.ts";
import { migrationJobs } from "../infra/product/migration.ts";
import { Worker } from "../infra/product/worker.ts";
import type { BaseImage, BaseImageName } from "../infra/swarm/base-images.ts";
import type { FileSource } from "../infra/swarm/file-source.ts";
import type { Scope } from "../infra/swarm/names.ts";
import type { ImageRegistry } from "../infra/swarm/registry.ts";
import type { Edge } from "../infra/web/edge.ts";
import { containerPlatform, type Platform, scopeOf } from "./container-platform.ts";
import { type Door, frontDoor } from "./front-door.ts";
import { readSecrets, type Secrets } from "./read-config.ts";
import { recordedSettings } from "./rollback.ts";
import { type ContainerSecretName, type ContainerSettings, OFFSITE_SECRETS } from "./settings.ts";

export type ContainerStackArgs = {
  settings: ContainerSettings;
  secrets: Secrets<ContainerSecretName>;
  /** The checkout that images are built from. */
  root: string;
  baseImages: Readonly<Record<BaseImageName, BaseImage>>;
  /** As in DOCKER_HOST. */
  engineHost: pulumi.Input<string>;
  /** What the engine asks of everything on it, besides the names. */
  engine?: Omit<Scope, "prefix">;
  /** Where images go of services that may run on any machine; to the stack's own registry where there is none. */
  sharedRegistry?: ImageRegistry;
  /** What is done to the options of everything on the engine. */
  transformations?: pulumi.ResourceTransformation[];
  /** How the world reaches the edge; this machine's own address, in clear, where there is none. */
  door?: Door;
  /** The app's version, from its package. */
  version: string;
  /** The release to go back to: its images, in place of those of the checkout. */
  rollback?: ReleaseManifest | undefined;
} & Pick<ReleaseArgs, "askRefused">;

/** The system's map: platform, then data, then the door, then the product behind it, as one release. */
export function containerStack(args: ContainerStackArgs, provider: Provider) {
  const { settings, engineHost, askRefused } = args;
  const release = new Release("release", {
    ...{ settings: settings.release, scope: scopeOf(args), engineHost },
    ...(askRefused ? { askRefused } : {}),
  });
  const platform = containerPlatform(args, provider, release.scope);
  const data = dataServices(args, platform);
  const edge = frontDoor(args, platform);
  const services = product(args, platform, { ...data, edge, release });
  release.finish(lastGates(args, platform, edge));
  return { url: edge.url, registry: platform.registry.address, images: platform.images, services };
}

function dataServices(args: ContainerStackArgs, platform: Platform) {
  const { settings, secrets } = args;
  const { scope, ca, images, networks, inEngine, on } = platform;
  const objectStore = new ObjectStore(
    "object-store",
    {
      ...{ scope, ca, settings: settings.objectStore, image: images.objectStore },
      // The edge reaches it for presigned URLs, and nothing else of what is behind it.
      networks: [networks.backend, networks.frontend],
      secrets: {
        user: secrets.objectStoreUser,
        password: secrets.objectStorePassword,
        tlsCertificate: secrets.objectStoreTlsCertificate,
        tlsKey: secrets.objectStoreTlsKey,
      },
    },
    inEngine,
  );
  const archive = archiveFile({ scope, ...backupWires(args, objectStore) }, on);
  const secondsMax = settings.backups.archiveSecondsMax;
  const postgres = new Postgres(
    "postgres",
    {
      ...{ scope, ca, settings: settings.postgres, image: images.postgres, network: networks.backend },
      ...(archive && secondsMax ? { archive: { config: archive, secondsMax, store: objectStore } } : {}),
      secrets: {
        superuserPassword: secrets.postgresPassword,
        appPassword: secrets.appDatabasePassword,
        tlsCertificate: secrets.postgresTlsCertificate,
        tlsKey: secrets.postgresTlsKey,
      },
    },
    inEngine,
  );
  return { postgres, objectStore, ...(archive ? { archive } : {}) };
}

type Parts = {
  postgres: Postgres;
  objectStore: ObjectStore;
  /** Where the database's log is archived. */
  archive?: FileSource;
  edge: Edge;
  release: Release;
};

function product(args: ContainerStackArgs, platform: Platform, parts: Parts) {
  const { settings, rollback, version } = args;
  const { postgres, objectStore, edge, release } = parts;
  const { scope, images, networks, inEngine } = platform;
  const ends = { databaseUrl: postgres.url, endpoint: objectStore.endpoint, edge };
  const wires = appWires({ ...args, version: rollback?.version ?? version }, platform, ends);
  const network = networks.backend;
  const backups = operations(args, platform, parts);
  const restorePoint = backups.job(["restore-point", "create", "--release"]);
  const jobs = { ...migrationJobs({ wires, network }), restorePoint };
  const migrated = release.migrate("migration", jobs, { dependsOn: [postgres, objectStore, edge] });
  const after = { ...inEngine, dependsOn: [migrated] };
  const { app, worker } = settings;
  new Backend("backend", { wires, app, networks, worker, settings: settings.backend }, after);
  new Worker("worker", { wires, app, network, settings: worker }, after);
  new Frontend(
    "frontend",
    { scope, settings: settings.frontend, image: images.web, network: networks.frontend },
    after,
  );
  const certificates = images.certificates ? ["certificates"] : [];
  return ["edge", "frontend", "backend", "worker", "postgres", "object-store", "backups", ...certificates];
}

/** The authorities that the door's certificate may be of, besides the public ones. */
function believed({ secrets, door }: ContainerStackArgs): pulumi.Output<string> {
  const root = door?.certificates?.settings.authorityRoot;
  return secrets.internalCaCertificate.apply((own) => (root ? `${own.trim()}\n${root}` : own));
}

/** What the release is looked at through, and recorded with. */
function lastGates(args: ContainerStackArgs, { scope, images, networks }: Platform, edge: Edge) {
  const { settings, secrets, rollback, root } = args;
  const address = args.door ? { address: args.door.address } : {};
  const token = secrets.apiToken.apply((tokens) => tokens.split(/[\s,]+/)[0] ?? "");
  return {
    door: { url: edge.url, authority: believed(args), token, ...address },
    watch: {
      ...{ host: "backend", port: APP_PORT },
      job: {
        ...{ scope, image: images.app, user: APP_USER, limits: { memoryMb: 128, cpus: 0.5 } },
        networks: [{ network: networks.backend, aliases: [] }],
        timeoutSeconds: settings.release.bakeSeconds + 60,
      },
    },
    record: {
      ...{ root, images, settings: recordedSettings(settings) },
      version: rollback?.version ?? args.version,
      kind: rollback ? ("rollback" as const) : ("deploy" as const),
      of: rollback?.id ?? null,
    },
  };
}

function operations(
  args: ContainerStackArgs,
  { scope, ca, images, networks, inEngine }: Platform,
  { postgres, objectStore, archive }: Pick<Parts, "postgres" | "objectStore" | "archive">,
) {
  const { secrets, ...wires } = backupWires(args, objectStore);
  return new Backups(
    "backups",
    {
      ...{ scope, ca, image: images.backups, network: networks.backend, ...wires },
      ...(archive ? { pointInTime: { config: archive, data: postgres.data } } : {}),
      secrets: { ...secrets, databaseUrl: postgres.superuserUrl },
    },
    // It waits for what it backs up by itself; its files must be there before the release begins.
    inEngine,
  );
}

/** Where backups go, and what opens that. */
function backupWires({ settings, secrets }: ContainerStackArgs, { endpoint }: ObjectStore) {
  const { objectStoreUser, objectStorePassword, backupKey: key } = secrets;
  return {
    settings: settings.backups,
    objectStore: { endpoint, bucket: BUCKET },
    secrets: { key, objectStoreUser, objectStorePassword, ...offsiteKeys(settings) },
  };
}

/** The keys of the off-site bucket, where the settings name one. */
function offsiteKeys({ backups }: ContainerSettings) {
  if (!backups.offsite) return {};
  const { offsiteAccessKey: accessKey, offsiteSecretKey: secretKey } = readSecrets(OFFSITE_SECRETS);
  return { offsite: { accessKey, secretKey } };
}

type WireEnds = { databaseUrl: pulumi.Output<string>; endpoint: string; edge: Edge };

function appWires(
  { secrets, version }: ContainerStackArgs,
  { scope, ca, images, on }: Platform,
  { databaseUrl, endpoint, edge }: WireEnds,
): AppWires {
  const { objectStoreUser, objectStorePassword, apiToken: apiTokens } = secrets;
  return {
    ...{ scope, ca, version, image: images.app, publicUrl: edge.url },
    objectStoreEndpoint: endpoint,
    secrets: appSecrets({ scope, databaseUrl, objectStoreUser, objectStorePassword, apiTokens }, on),
  };
}
