import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { CONFIG_PATH, DATA_PATH, METRICS_PORT, SCRATCH_PATH } from "../../backup/config.ts";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { jobSpec } from "../swarm/job.ts";
import { BackupsSettings } from "./backup-settings.ts";
import { archiveFile, Backups, type BackupsArgs, backupConfig } from "./backups.ts";

const settings = {
  ...{ schedule: "0 3 * * *", objectsRereadEvery: 7, jobs: 2, memoryMb: 384, cpus: 1 },
  keep: { last: 3, daily: 7, weekly: 4, monthly: 3, restorePoints: 5 },
};
const offsite = { endpoint: "https://s3.example.org", region: "eu-1", bucket: "ours", pathStyle: false };
const objectStore = { endpoint: "object-store:9000", bucket: "app" };
const file = (name: string) => ({ id: pulumi.output(`${name}-id`), name: pulumi.output(name) });

const pitr = { pitr: true, baseBackups: { schedule: "0 2 * * *", keep: 7 }, archiveSecondsMax: 60 };

function recorded(pointInTime?: BackupsArgs["pointInTime"]) {
  return recordProgram(async () => {
    const backups = new Backups(
      "backups",
      {
        ...{ scope: { prefix: "test" }, settings, objectStore, ca: file("ca"), network: { id: "net" } },
        ...(pointInTime ? { pointInTime } : {}),
        image: pulumi.output("backups@sha256:a"),
        secrets: {
          ...{ key: pulumi.secret("key"), databaseUrl: pulumi.secret("url") },
          ...{ objectStoreUser: pulumi.secret("user"), objectStorePassword: pulumi.secret("password") },
        },
      },
      {},
    );
    const spec = jobSpec("restore-point", backups.job(["restore-point", "create", "--release"]));
    return new Promise<object>((resolve) => spec.apply(resolve));
  });
}

describe("backups", () => {
  test("have a job that has all that the service has, on the same scratch volume", async () => {
    const { result, resources } = await recorded();
    const { containerSpec } = inputsOf(resources, "Service", "backups").taskSpec;
    expect(result).toMatchObject({
      ...{ name: "test-restore-point", user: 999, networks: ["net"], memoryMb: 384 },
      args: ["restore-point", "create", "--release"],
      volumes: { [SCRATCH_PATH]: "test-backups-scratch" },
      secrets: containerSpec.secrets.map((secret: { secretName: string; fileName: string }) => ({
        source: secret.secretName,
        path: secret.fileName,
      })),
    });
  });

  test("give the program its settings, and its secrets as files alone", async () => {
    const { resources } = await recorded();
    const { data } = inputsOf(resources, "ServiceConfig", "backup-config");
    const config = JSON.parse(Buffer.from(data, "base64").toString());
    expect(config).toMatchObject({
      keyFile: "/run/secrets/key",
      databaseUrlFile: "/run/secrets/database-url",
    });
    const { configs, secrets, env } = inputsOf(resources, "Service", "backups").taskSpec.containerSpec;
    expect(configs.map((entry: { fileName: string }) => entry.fileName)).toContain(CONFIG_PATH);
    expect(secrets.map((entry: { fileName: string }) => entry.fileName)).toEqual([
      "/run/secrets/key",
      "/run/secrets/database-url",
      "/run/secrets/object-store-user",
      "/run/secrets/object-store-password",
    ]);
    expect(Object.keys(env)).toEqual(["SLIPWAY_SPEC"]);
  });

  test("are healthy as long as the program answers on the port of its metrics", async () => {
    const { healthcheck } = inputsOf((await recorded()).resources, "Service", "backups").taskSpec
      .containerSpec;
    expect(healthcheck.tests.at(-1)).toBe(`http://127.0.0.1:${METRICS_PORT}/healthz`);
  });

  test("go to the stack's own store, and elsewhere where the settings say so", () => {
    const places = (changes: object) =>
      backupConfig({ settings: { ...settings, ...changes }, objectStore }).repositories.map(
        ({ name, endpoint, bucket, makeBucket }) => ({ name, endpoint, bucket, makeBucket }),
      );
    const store = {
      name: "store",
      endpoint: "https://object-store:9000",
      bucket: "app-backups",
      makeBucket: true,
    };
    expect(places({})).toEqual([store]);
    expect(places({ offsite })).toEqual([
      store,
      { name: "offsite", endpoint: "https://s3.example.org", bucket: "ours", makeBucket: false },
    ]);
  });
});

describe("point-in-time recovery", () => {
  const secrets = {
    ...{ key: pulumi.secret("key"), objectStoreUser: pulumi.secret("user") },
    objectStorePassword: pulumi.secret("password"),
  };

  async function archive(changes: object) {
    const args = { scope: { prefix: "test" }, settings: { ...settings, ...changes }, objectStore, secrets };
    return recordProgram(async () => archiveFile(args, {}) !== undefined);
  }

  test("reads the server's data, and cannot write to it: neither the service nor its jobs", async () => {
    const { result, resources } = await recorded({ config: file("archive"), data: "test-postgres-data" });
    const { mounts, secrets } = inputsOf(resources, "Service", "backups").taskSpec.containerSpec;
    expect(mounts).toContainEqual({
      ...{ type: "volume", target: DATA_PATH, source: "test-postgres-data", readOnly: true },
    });
    expect(secrets.at(-1)).toMatchObject({ fileName: "/run/secrets/pgbackrest.conf", fileMode: 0o400 });
    expect(result).toMatchObject({ readOnlyVolumes: { [DATA_PATH]: "test-postgres-data" } });
  });

  test("is off unless the settings say so: then there is no archive, and no word of it", async () => {
    expect((await archive({})).result).toBe(false);
    expect((await archive({ ...pitr, pitr: false })).result).toBe(false);
    expect(backupConfig({ settings, objectStore })).not.toHaveProperty("pointInTime");
  });

  test("has one secret for server and program, which are told the same schedule", async () => {
    const { result, resources } = await archive(pitr);
    expect(result).toBe(true);
    expect(inputsOf(resources, "Secret", "backup-archive").data).toBe("[secret]");
    expect(backupConfig({ settings: { ...settings, ...pitr }, objectStore }).pointInTime).toEqual({
      ...{ configFile: "/run/secrets/pgbackrest.conf", schedule: "0 2 * * *", keep: 7 },
    });
  });

  test.each([
    ["its numbers are missing", { pitr: true }, ["baseBackups", "archiveSecondsMax"]],
    [
      "one base backup stays",
      { ...pitr, baseBackups: { schedule: "0 2 * * *", keep: 1 } },
      ["baseBackups/keep"],
    ],
    ["it is archived all the time", { ...pitr, archiveSecondsMax: 1 }, ["archiveSecondsMax"]],
  ])("is refused where %s", (_, changes, wrong) => {
    const { issues = [] } = BackupsSettings.safeParse({ ...settings, ...changes }).error ?? {};
    expect(issues.map(({ path }) => path.join("/"))).toEqual(wrong);
  });
});

describe("the schedule", () => {
  const faults = (schedule: string) =>
    BackupsSettings.safeParse({ ...settings, schedule }).error?.issues ?? [];

  test.each(["0 3 * * *", "*/15 * * * 1-5"])("may be %j", (schedule) => {
    expect(faults(schedule)).toEqual([]);
  });

  test.each(["daily", "61 3 * * *", "* * * * * *", "0 0 30 2 *"])("may not be %j", (schedule) => {
    expect(faults(schedule)).toHaveLength(1);
  });
});
