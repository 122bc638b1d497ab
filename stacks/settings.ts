import { z } from "zod";
import { ObjectStoreSettings } from "../infra/data/object-store.ts";
import { PostgresSettings } from "../infra/data/postgres.ts";
import { AppSettings } from "../infra/product/app-settings.ts";
import { BackendSettings } from "../infra/product/backend.ts";
import { FrontendSettings } from "../infra/product/frontend.ts";
import { WorkerSettings } from "../infra/product/worker.ts";
import { namePrefix } from "../infra/settings/fields.ts";
import { NetworkSettings } from "../infra/swarm/network.ts";
import { RegistrySettings } from "../infra/swarm/registry.ts";
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
};

type Pools = Record<"backend" | "worker", { replicas: number; databaseConnectionsMax: number }>;

/** Connections that the app may open at the worst moment: an update starts one more replica before it ends the old. */
export function connectionsAtMost({ backend, worker }: Pools): number {
  const most = ({ replicas, databaseConnectionsMax }: Pools["backend"]) =>
    (replicas + 1) * databaseConnectionsMax;
  return most(backend) + most(worker);
}

/** Settings of a stack whose parts all run in containers of one swarm. */
export const ContainerSettings = z.strictObject(containerSettings).superRefine((settings, context) => {
  const needed = connectionsAtMost(settings);
  if (settings.postgres.connectionsMax >= needed) return;
  context.addIssue({
    code: "custom",
    path: ["postgres", "connectionsMax"],
    message: `must be at least ${needed}, which backends and workers may open during an update`,
  });
});

export type ContainerSettings = z.infer<typeof ContainerSettings>;

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
] as const;

export type ContainerSecretName = (typeof CONTAINER_SECRETS)[number];
