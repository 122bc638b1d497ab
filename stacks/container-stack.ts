import type { Provider } from "@pulumi/docker/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { ObjectStore } from "../infra/data/object-store.ts";
import { Postgres } from "../infra/data/postgres.ts";
import { Backups } from "../infra/operations/backups.ts";
import { BUCKET } from "../infra/product/app-environment.ts";
import { type AppWires, appSecrets } from "../infra/product/app-wires.ts";
import { Backend } from "../infra/product/backend.ts";
import { Frontend } from "../infra/product/frontend.ts";
import { migration } from "../infra/product/migration.ts";
import { Worker } from "../infra/product/worker.ts";
import type { BaseImage, BaseImageName } from "../infra/swarm/base-images.ts";
import type { Scope } from "../infra/swarm/names.ts";
import type { ImageRegistry } from "../infra/swarm/registry.ts";
import { Edge, type EdgeArgs } from "../infra/web/edge.ts";
import { containerPlatform, type Platform } from "./container-platform.ts";
import { readSecrets, type Secrets } from "./read-config.ts";
import { type ContainerSecretName, type ContainerSettings, OFFSITE_SECRETS } from "./settings.ts";

export type ContainerStackArgs = {
  settings: ContainerSettings;
  secrets: Secrets<ContainerSecretName>;
  /** The checkout that images are built from; absolute. */
  root: string;
  baseImages: Readonly<Record<BaseImageName, BaseImage>>;
  /** As in DOCKER_HOST. */
  engineHost: pulumi.Input<string>;
  /** What the engine asks of everything on it, besides the names. */
  engine?: Omit<Scope, "prefix">;
  /** Where images go; a registry of the stack's own where there is none. */
  registry?: ImageRegistry;
  /** What is done to the options of everything on the engine. */
  transformations?: pulumi.ResourceTransformation[];
  /** How the world reaches the edge; this machine's own address, in clear, where there is none. */
  door?: Pick<EdgeArgs, "tls" | "publicUrl">;
  /** The app's version, from its package. */
  version: string;
};

/** The system's map: platform, then data, then the door, then the product behind it. */
export function containerStack(args: ContainerStackArgs, provider: Provider) {
  const platform = containerPlatform(args, provider);
  const data = dataServices(args, platform);
  const edge = door(args, platform);
  operations(args, platform, data);
  const services = [...product(args, platform, { ...data, edge }), "backups"];
  return { url: edge.url, registry: platform.registry.address, images: platform.images, services };
}

function dataServices({ settings, secrets }: ContainerStackArgs, platform: Platform) {
  const { scope, ca, images, networks, inEngine } = platform;
  const postgres = new Postgres(
    "postgres",
    {
      ...{ scope, ca, settings: settings.postgres, image: images.postgres, network: networks.backend },
      secrets: {
        superuserPassword: secrets.postgresPassword,
        appPassword: secrets.appDatabasePassword,
        tlsCertificate: secrets.postgresTlsCertificate,
        tlsKey: secrets.postgresTlsKey,
      },
    },
    inEngine,
  );
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
  return { postgres, objectStore };
}

function door(
  { settings, door: outside = {} }: ContainerStackArgs,
  { scope, ca, images, networks, inEngine }: Platform,
): Edge {
  const { requestSizeMbMax, datasetSizeMbMax: objectSizeMbMax } = settings.app;
  return new Edge(
    "edge",
    {
      ...{ scope, ca, settings: settings.edge, image: images.edge, network: networks.frontend },
      bodies: { requestSizeMbMax, objectSizeMbMax, bucket: BUCKET },
      ...outside,
    },
    inEngine,
  );
}

type Parts = { postgres: Postgres; objectStore: ObjectStore; edge: Edge };

function product(args: ContainerStackArgs, platform: Platform, { postgres, objectStore, edge }: Parts) {
  const { settings, engineHost } = args;
  const { app } = settings;
  const { scope, images, networks, inEngine } = platform;
  const wires = appWires(args, platform, { databaseUrl: postgres.url, endpoint: objectStore.endpoint, edge });
  const network = networks.backend;
  const migrated = migration("migration", { wires, network, engineHost }, { dependsOn: postgres });
  const after = { ...inEngine, dependsOn: [migrated, objectStore] };
  new Backend(
    "backend",
    { wires, app, networks, settings: settings.backend, worker: settings.worker },
    after,
  );
  new Worker("worker", { wires, app, network, settings: settings.worker }, after);
  new Frontend(
    "frontend",
    { scope, settings: settings.frontend, image: images.web, network: networks.frontend },
    inEngine,
  );
  return ["edge", "frontend", "backend", "worker", "postgres", "object-store"];
}

function operations(
  { settings, secrets }: ContainerStackArgs,
  { scope, ca, images, networks, inEngine }: Platform,
  { postgres, objectStore }: Pick<Parts, "postgres" | "objectStore">,
) {
  const { endpoint } = objectStore;
  const { objectStoreUser, objectStorePassword, backupKey: key } = secrets;
  const backups = new Backups(
    "backups",
    {
      ...{ scope, ca, settings: settings.backups, image: images.backups, network: networks.backend },
      objectStore: { endpoint, bucket: BUCKET },
      secrets: {
        ...{ key, objectStoreUser, objectStorePassword, databaseUrl: postgres.superuserUrl },
        ...offsiteKeys(settings),
      },
    },
    { ...inEngine, dependsOn: [postgres, objectStore] },
  );
  return { backups };
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
