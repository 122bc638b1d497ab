import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EnvironmentError, readMigrationSettings, readSettings } from "./env.ts";

const MINIMAL = {
  DATABASE_URL: "postgres://app:secret@postgres/app",
  MINIO_ENDPOINT: "object-store:9000",
  MINIO_USER: "user",
  MINIO_PASSWORD: "password",
  API_TOKENS: "0123456789abcdef",
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults;
    throw error;
  }
  return [];
}

describe("readSettings", () => {
  test("fills in the documented defaults", () => {
    expect(readSettings(MINIMAL)).toMatchObject({
      PORT: 8080,
      DB_MAX_CONNECTIONS: 25,
      DB_MAX_IDLE_CONNECTIONS: 5,
      DB_CONNECTION_MAX_LIFETIME: 300_000,
      MINIO_BUCKET: "finetune-models",
      RATE_LIMIT_REQUESTS_PER_MINUTE: 100,
      MAX_REQUEST_SIZE_MB: 10,
      WORKER_POOL_SIZE: 5,
      WORKER_TIMEOUT: 86_400_000,
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      METRICS_ENABLED: true,
      ALLOWED_ORIGINS: [],
    });
  });

  test("names every missing variable at once", () => {
    expect(faultsOf({})).toEqual([
      "MINIO_ENDPOINT: must be given",
      "DATABASE_URL: must be given (or DATABASE_URL_FILE)",
      "MINIO_USER: must be given (or MINIO_USER_FILE)",
      "MINIO_PASSWORD: must be given (or MINIO_PASSWORD_FILE)",
      "API_TOKENS: must be given (or API_TOKENS_FILE)",
    ]);
  });

  test("reads a secret from its file without the last newline", () => {
    const path = join(mkdtempSync(join(tmpdir(), "slipway-env-")), "password");
    writeFileSync(path, "from a file\n");
    const { MINIO_PASSWORD: _, ...rest } = MINIMAL;
    expect(readSettings({ ...rest, MINIO_PASSWORD_FILE: path }).MINIO_PASSWORD).toBe("from a file");
  });

  test("an empty variable counts as not given", () => {
    expect(readSettings({ ...MINIMAL, PORT: "", KAGGLE_KEY: "" })).toMatchObject({ PORT: 8080 });
  });

  test.each([
    ["PORT", "http", /^PORT: must be a whole number from 0 to 65535 \(got "http"\)$/],
    ["WORKER_TIMEOUT", "1 day", /^WORKER_TIMEOUT: must be a duration/],
    ["WORKER_POOL_SIZE", "0", /^WORKER_POOL_SIZE: must be a whole number from 1/],
    ["LOG_LEVEL", "loud", /^LOG_LEVEL: must be one of trace/],
    ["METRICS_ENABLED", "yes", /^METRICS_ENABLED: must be true or false/],
    ["ALLOWED_ORIGINS", "https://a.example,*", /^ALLOWED_ORIGINS: must list origins .*\(got "\*"\)$/],
    ["MINIO_ENDPOINT", "https://store:9000", /^MINIO_ENDPOINT: must be host or host:port/],
    ["MINIO_ENDPOINT", "store:99999", /^MINIO_ENDPOINT: must be host or host:port/],
    ["MINIO_BUCKET", "../models", /^MINIO_BUCKET: must be a bucket's name/],
    ["TRUSTED_PROXIES", "loopback,10.0.0.0/33", /^TRUSTED_PROXIES: must list .*\(got "10.0.0.0\/33"\)$/],
    ["TRUSTED_PROXIES", "edge", /^TRUSTED_PROXIES: must list .*\(got "edge"\)$/],
    ["DATABASE_URL", "postgres://app:50%off@db/app", /^DATABASE_URL: must have .* every % begins an escape/],
    ["API_TOKENS", "short", /^API_TOKENS: each token must be 16 to 256/],
    ["API_TOKENS_FILE", "/nowhere", /^API_TOKENS: given twice/],
    ["KAGGLE_USERNAME", "me", /^KAGGLE_USERNAME and KAGGLE_KEY: give both/],
    ["KAGGLE_KEY_FILE", "/nowhere/key", /^KAGGLE_KEY_FILE: cannot read \/nowhere\/key \(ENOENT\)$/],
    ["DB_MAX_IDLE_CONNECTIONS", "26", /^DB_MAX_IDLE_CONNECTIONS: must not be over/],
  ])("%s=%s is refused with a line that says what is expected", (name, value, fault) => {
    expect(faultsOf({ ...MINIMAL, [name]: value })).toEqual([expect.stringMatching(fault)]);
  });

  test("takes proxies by address, subnet and name", () => {
    const { TRUSTED_PROXIES } = readSettings({
      ...MINIMAL,
      TRUSTED_PROXIES: "loopback, 10.0.0.0/8, ::1, fd00::/8",
    });
    expect(TRUSTED_PROXIES).toEqual(["loopback", "10.0.0.0/8", "::1", "fd00::/8"]);
  });

  test("a bad secret is never shown", () => {
    const faults = faultsOf({ ...MINIMAL, DATABASE_URL: "mysql://app:hunter2@db", API_TOKENS: "hunter2" });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain("hunter2");
  });
});

test("a migration needs the database alone", () => {
  expect(readMigrationSettings({ DATABASE_URL: MINIMAL.DATABASE_URL }).DATABASE_URL).toBe(
    MINIMAL.DATABASE_URL,
  );
});
