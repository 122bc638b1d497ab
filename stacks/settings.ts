import { z } from "zod";
import { ObjectStoreSettings } from "../infra/data/object-store.ts";
import { PostgresSettings } from "../infra/data/postgres.ts";
import { BackupsSettings } from "../infra/operations/backup-settings.ts";
import { ReleaseSettings } from "../infra/operations/release/release-settings.ts";
import { OracleSettings } from "../infra/oracle/oracle-settings.ts";
import { AppSettings } from "../infra/product/app-settings.ts";
import { BackendSettings } from "../infra/product/backend.ts";
import { FrontendSettings } from "../infra/product/frontend.ts";
import { WorkerSettings } from "../infra/product/worker.ts";
import { namePrefix, textLike, whole } from "../infra/settings/fields.ts";
import { NetworkSettings } from "../infra/swarm/network.ts";
import { RegistrySettings } from "../infra/swarm/registry.ts";
import { CertificateSettings } from "../infra/web/certificate-settings.ts";
import { EdgeSettings } from "../infra/web/edge.ts";

const containerSettings = {
  namePrefix: namePrefix(),
  network: NetworkSettings,
  registry: RegistrySettings,
  edge: EdgeSettings,
  postgres: PostgresSettings,
  objectStore: ObjectStoreSettings,
  app: AppSettings,
  backend: BackendSettings,
  worker: WorkerSettings,
  frontend: FrontendSettings,
  backups: BackupsSettings,
  release: ReleaseSettings,
};

type Pools = Record<"backend" | "worker", { replicas: number; databaseConnectionsMax: number }>;

/** Connections that the app may open at the worst moment: an update starts one more replica before it ends the old. */
export function connectionsAtMost({ backend, worker }: Pools): number {
  const most = ({ replicas, databaseConnectionsMax }: Pools["backend"]) =>
    (replicas + 1) * databaseConnectionsMax;
  return most(backend) + most(worker);
}

type WithPools = Pools & { postgres: { connectionsMax: number } };

function enoughConnections(settings: WithPools, context: z.RefinementCtx): void {
  const needed = connectionsAtMost(settings);
  if (settings.postgres.connectionsMax >= needed) return;
  context.addIssue({
    code: "custom",
    path: ["postgres", "connectionsMax"],
    message: `must be at least ${needed}, which backends and workers may open during an update`,
  });
}

/** A port of the door in production. */
function doorPort(known: number) {
  const message = `must be ${known}, which the firewall lets in and browsers and certificate authorities ask`;
  return whole(1, 65_535).refine((port) => port === known, message);
}

/** Settings of a stack whose parts all run in containers of one swarm. */
export const ContainerSettings = z.strictObject(containerSettings).superRefine(enoughConnections);

export type ContainerSettings = z.infer<typeof ContainerSettings>;

/** Settings of production: the same containers, on machines that the stack makes itself. */
export const ProdSettings = z
  .strictObject({
    ...containerSettings,
    oracle: OracleSettings,
    /** The name that people know the stack by. Its address must be the one that the stack says at its end. */
    domain: textLike(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "a domain such as app.example.org"),
    edge: EdgeSettings.extend({ httpPort: doorPort(80), httpsPort: doorPort(443) }),
    /** Without it, the door's certificate is the stack's own, which browsers do not know. */
    certificates: CertificateSettings.optional(),
  })
  .superRefine(enoughConnections);

export type ProdSettings = z.infer<typeof ProdSettings>;

/** Secrets of such a stack, by the names of their settings. `npx slipway secrets` makes them. */
export const CONTAINER_SECRETS = [
  "apiToken",
  "postgresPassword",
  "appDatabasePassword",
  "objectStoreUser",
  "objectStorePassword",
  "internalCaCertificate",
  "postgresTlsCertificate",
  "postgresTlsKey",
  "objectStoreTlsCertificate",
  "objectStoreTlsKey",
  "backupKey",
] as const;

/** Keys of the bucket that backups go to besides: needed only where backups/offsite names one. */
export const OFFSITE_SECRETS = ["offsiteAccessKey", "offsiteSecretKey"] as const;

/** Secrets of production: besides, the seed of all SSH keys, and what the world is served with. */
export const PROD_SECRETS = [
  ...CONTAINER_SECRETS,
  "sshKeySeed",
  "sshHostKeySeed",
  "edgeTlsCertificate",
  "edgeTlsKey",
] as const;

/** Secrets that Oracle gives: needed only where images go to Oracle's registry, so with several machines. */
export const REGISTRY_SECRETS = ["registryUser", "registryPassword"] as const;

/** The seed of the key that machines know, while sshKeySeed is another already. */
export const PREVIOUS_KEY_SECRET = "previousSshKeySeed";

export type ContainerSecretName = (typeof CONTAINER_SECRETS)[number];
