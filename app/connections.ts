import { ObjectStore } from "./adapters/object-store/object-store.ts";
import { createPool, type Pool } from "./adapters/postgres/pool.ts";
import type { ExecutorName } from "./core/executor.ts";
import type { Settings } from "./env.ts";

/** The database as the settings say. */
export function poolOf(settings: Settings, applicationName: string, onError: (error: Error) => void): Pool {
  return createPool({
    url: settings.DATABASE_URL,
    connectionsMax: settings.DB_MAX_CONNECTIONS,
    idleConnectionsMax: settings.DB_MAX_IDLE_CONNECTIONS,
    connectionLifetimeMs: settings.DB_CONNECTION_MAX_LIFETIME,
    applicationName,
    onError,
  });
}

export function storeOf(settings: Settings): ObjectStore {
  return new ObjectStore({
    endpoint: settings.MINIO_ENDPOINT,
    useTls: settings.MINIO_USE_SSL,
    region: settings.MINIO_REGION,
    bucket: settings.MINIO_BUCKET,
    user: settings.MINIO_USER,
    password: settings.MINIO_PASSWORD,
    publicUrl: settings.MINIO_PUBLIC_URL,
  });
}

/** Kaggle needs credentials; the local executor needs nothing. */
export function enabledExecutors(settings: Settings): readonly ExecutorName[] {
  const kaggle = settings.KAGGLE_API_TOKEN !== undefined || settings.KAGGLE_KEY !== undefined;
  return kaggle ? ["local", "kaggle"] : ["local"];
}
