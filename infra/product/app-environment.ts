import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { AppEnv } from "../../app/env.ts";
import type { AppSettings, DatabasePool } from "./app-settings.ts";
import { APP_PORT, type AppWires, CA_PATH, releaseOf } from "./app-wires.ts";

/** The environment of one of the app's processes. What the app needs and this forgets does not compile. */
export type AppEnvironment = { readonly [Name in keyof AppEnv]: pulumi.Input<string> };

export type AppEnvironmentArgs = {
  wires: AppWires;
  app: z.infer<typeof AppSettings>;
  pool: DatabasePool;
  worker: { poolSize: number; timeout: string };
};

/** Environment of backend and worker. Secrets are paths of files; everything else is plain. */
export function appEnvironment({ wires, app, pool, worker }: AppEnvironmentArgs): AppEnvironment {
  return {
    APP_ENV: "production",
    APP_VERSION: wires.version,
    APP_RELEASE: releaseOf(wires.image),
    PORT: String(APP_PORT),
    // The stack's own networks: the edge overwrites what clients claim.
    TRUSTED_PROXIES: "uniquelocal",
    DATABASE_URL_FILE: wires.secrets.databaseUrl.path,
    DB_MAX_CONNECTIONS: String(pool.databaseConnectionsMax),
    DB_MAX_IDLE_CONNECTIONS: String(pool.databaseConnectionsIdleMax),
    DB_CONNECTION_MAX_LIFETIME: pool.databaseConnectionLifetime,
    ...objectStoreEnvironment(wires),
    KAGGLE_API_URL: "https://api.kaggle.com",
    API_TOKENS_FILE: wires.secrets.apiTokens.path,
    ALLOWED_ORIGINS: app.allowedOrigins.join(","),
    RATE_LIMIT_REQUESTS_PER_MINUTE: String(app.requestsPerMinute),
    RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE: String(app.expensiveRequestsPerMinute),
    MAX_REQUEST_SIZE_MB: String(app.requestSizeMbMax),
    MAX_DATASET_SIZE_MB: String(app.datasetSizeMbMax),
    WORKER_POOL_SIZE: String(worker.poolSize),
    WORKER_TIMEOUT: worker.timeout,
    LOG_LEVEL: app.logLevel,
    LOG_FORMAT: "json",
    METRICS_ENABLED: "true",
  };
}

/** First part of the path of every object, and so of presigned URLs. */
export const BUCKET = "finetune-models";

function objectStoreEnvironment({ objectStoreEndpoint, publicUrl, secrets }: AppWires) {
  return {
    MINIO_ENDPOINT: objectStoreEndpoint,
    MINIO_USE_SSL: "true",
    MINIO_BUCKET: BUCKET,
    MINIO_REGION: "us-east-1",
    MINIO_PUBLIC_URL: publicUrl,
    MINIO_USER_FILE: secrets.objectStoreUser.path,
    MINIO_PASSWORD_FILE: secrets.objectStorePassword.path,
  };
}

/**
 * What Node itself is told: which authority to trust, and how much of the container's memory its heap may take. The
 * small young generation is the image's own setting, which this variable replaces.
 */
export function nodeEnvironment({ memoryMb }: { memoryMb: number }): Record<string, string> {
  return {
    NODE_EXTRA_CA_CERTS: CA_PATH,
    NODE_OPTIONS: `--max-old-space-size=${Math.floor(memoryMb * 0.7)} --max-semi-space-size=4`,
  };
}
