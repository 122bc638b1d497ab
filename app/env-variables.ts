import {
  boolean,
  bucket,
  databaseUrl,
  duration,
  hostAndPort,
  integer,
  networks,
  oneOf,
  origins,
  text,
  tokens,
  url,
} from "./env-values.ts";

const HOUR_MS = 3_600_000;

/** Must be given. */
export const REQUIRED = {
  MINIO_ENDPOINT: hostAndPort,
};

/** Have a default, in the app's own notation. */
export const DEFAULTED = {
  APP_ENV: { parse: text, default: "production" },
  APP_VERSION: { parse: text, default: "0.0.0" },
  APP_RELEASE: { parse: text, default: "unreleased" },
  PORT: { parse: integer(0, 65_535), default: "8080" },
  /** Addresses or subnets of proxies whose X-Forwarded-For is believed; also `loopback`, `uniquelocal`. */
  TRUSTED_PROXIES: { parse: networks, default: "" },
  DB_MAX_CONNECTIONS: { parse: integer(2, 1_000), default: "25" },
  DB_MAX_IDLE_CONNECTIONS: { parse: integer(0, 1_000), default: "5" },
  DB_CONNECTION_MAX_LIFETIME: { parse: duration(1_000, 24 * HOUR_MS), default: "5m" },
  MINIO_USE_SSL: { parse: boolean, default: "true" },
  MINIO_BUCKET: { parse: bucket, default: "finetune-models" },
  MINIO_REGION: { parse: text, default: "us-east-1" },
  /** Where browsers reach the object store, e.g. http://localhost:8080; empty: at MINIO_ENDPOINT. */
  MINIO_PUBLIC_URL: {
    parse: (value: string) => (value === "" ? "" : url("http:", "https:")(value)),
    default: "",
  },
  KAGGLE_API_URL: { parse: url("http:", "https:"), default: "https://api.kaggle.com" },
  ALLOWED_ORIGINS: { parse: origins, default: "" },
  RATE_LIMIT_REQUESTS_PER_MINUTE: { parse: integer(1, 1_000_000), default: "100" },
  RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE: { parse: integer(1, 1_000_000), default: "10" },
  MAX_REQUEST_SIZE_MB: { parse: integer(1, 100), default: "10" },
  /** Largest dataset by presigned upload. */
  MAX_DATASET_SIZE_MB: { parse: integer(1, 5_000), default: "200" },
  WORKER_POOL_SIZE: { parse: integer(1, 64), default: "5" },
  WORKER_TIMEOUT: { parse: duration(1_000, 30 * 24 * HOUR_MS), default: "24h" },
  LOG_LEVEL: { parse: oneOf("trace", "debug", "info", "warn", "error", "fatal"), default: "info" },
  LOG_FORMAT: { parse: oneOf("json", "pretty"), default: "json" },
  METRICS_ENABLED: { parse: boolean, default: "true" },
};

/** Secrets: each may be given as `X` or as a file named by `X_FILE`. */
export const SECRETS = {
  DATABASE_URL: databaseUrl,
  MINIO_USER: text,
  MINIO_PASSWORD: text,
  API_TOKENS: tokens,
};

/** Secrets that switch a feature on. */
export const OPTIONAL_SECRETS = {
  KAGGLE_USERNAME: text,
  KAGGLE_KEY: text,
  KAGGLE_API_TOKEN: text,
};

/**
 * Every variable of the app, as a deployer has to give them: plain ones by value, secrets by file.
 * A variable added here and forgotten there does not compile there.
 */
export type AppEnv = { readonly [Name in keyof typeof REQUIRED | keyof typeof DEFAULTED]: string } & {
  readonly [Name in keyof typeof SECRETS as `${Name}_FILE`]: string;
} & { readonly [Name in keyof typeof OPTIONAL_SECRETS as `${Name}_FILE`]?: string };
