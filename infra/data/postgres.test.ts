import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { Postgres, type PostgresArgs, postgresArguments } from "./postgres.ts";
import { renderArchiveScript, renderPgHba, renderPostgresStart, renderRolesSql } from "./postgres-files.ts";

const settings = { memoryMb: 384, cpus: 1, connectionsMax: 100 };
const ca = { id: pulumi.output("ca-id"), name: pulumi.output("ca-name") };

function recorded(archive?: Omit<NonNullable<PostgresArgs["archive"]>, "store">) {
  return recordProgram(async () => {
    const postgres = new Postgres(
      "postgres",
      {
        scope: { prefix: "test" },
        settings,
        image: pulumi.output("postgres@sha256:a"),
        network: { id: "net" },
        ca,
        ...(archive
          ? { archive: { ...archive, store: new pulumi.ComponentResource("test:Store", "s") } }
          : {}),
        secrets: {
          superuserPassword: pulumi.secret("super"),
          appPassword: pulumi.secret("p/s?"),
          tlsCertificate: "certificate",
          tlsKey: pulumi.secret("key"),
        },
      },
      {},
    );
    const value = await new Promise<string>((resolve) => postgres.url.apply(resolve));
    return { url: value, isSecret: await pulumi.isSecret(postgres.url) };
  });
}

describe("the database", () => {
  test("hands out a secret URL that makes clients check its certificate", async () => {
    const { result } = await recorded();
    expect(result).toEqual({
      url: "postgres://app:p%2Fs%3F@postgres:5432/app?sslmode=verify-full&sslrootcert=/run/ca/ca.crt",
      isSecret: true,
    });
  });

  test("is never two at once on its data, and has time to shut down", async () => {
    const { updateConfig, taskSpec } = inputsOf((await recorded()).resources, "Service", "postgres");
    expect(updateConfig.order).toBe("stop-first");
    expect(taskSpec.containerSpec).toMatchObject({ stopSignal: "SIGINT", stopGracePeriod: "2m" });
  });

  test("has its key and passwords as files of its own user", async () => {
    const { secrets } = inputsOf((await recorded()).resources, "Service", "postgres").taskSpec.containerSpec;
    expect(secrets.map((secret: { fileName: string }) => secret.fileName)).toEqual([
      "/run/secrets/postgres-password",
      "/run/secrets/app-database-password",
      "/run/secrets/postgres-tls-certificate",
      "/run/secrets/postgres-tls-key",
    ]);
    for (const { fileUid, fileMode } of secrets)
      expect({ fileUid, fileMode }).toEqual({ fileUid: "999", fileMode: 0o400 });
  });

  test("takes its memory from the container's limit, and keeps three connections for the superuser", () => {
    const line = postgresArguments(settings).join(" ");
    expect(line).toContain("shared_buffers=96MB");
    expect(line).toContain("max_connections=103");
    expect(line).toContain("ssl=on");
  });
});

describe("the archive of the log", () => {
  const config = { id: pulumi.output("archive-id"), name: pulumi.output("archive") };

  test("is off unless it is asked for", () => {
    expect(postgresArguments(settings).join(" ")).not.toContain("archive");
  });

  test("is a command of the server's own, with its secrets as a file, and the authority of the store", async () => {
    const { resources } = await recorded({ config, secondsMax: 60 });
    const { secrets, configs } = inputsOf(resources, "Service", "postgres").taskSpec.containerSpec;
    expect(secrets.at(-1)).toMatchObject({ fileName: "/run/secrets/pgbackrest.conf", fileMode: 0o400 });
    expect(configs.map((entry: { fileName: string }) => entry.fileName)).toEqual(
      expect.arrayContaining(["/etc/slipway/pgbackrest-push.sh", "/run/ca/ca.crt"]),
    );
    const line = postgresArguments(settings, { secondsMax: 60 }).join(" ");
    expect(line).toContain("archive_mode=on");
    expect(line).toContain("archive_command=sh /etc/slipway/pgbackrest-push.sh %p");
    expect(line).toContain("archive_timeout=60s");
  });

  test("holds up a server that stops for seconds only", () => {
    expect(renderArchiveScript()).toContain("if grep -q ^stopping postmaster.pid; then patience=5; fi");
  });
});

describe("the database's files", () => {
  test("let nobody in over the network without TLS", () => {
    const remote = renderPgHba()
      .split("\n")
      .filter((line) => line && !line.startsWith("local"));
    expect(remote).toEqual(["hostssl all all all scram-sha-256"]);
  });

  test("set roles and database only where they are missing, and passwords always", () => {
    const sql = renderRolesSql({ role: "app", database: "app" });
    expect(sql.match(/create role app login' where not exists/)).not.toBeNull();
    expect(sql.match(/create database app owner app' where not exists/)).not.toBeNull();
    expect(sql.match(/^alter role \w+ password/gm)).toHaveLength(2);
  });

  test("quote each of the server's arguments", () => {
    expect(renderPostgresStart(["-c", "a=b c"])).toContain("exec docker-entrypoint.sh postgres '-c' 'a=b c'");
  });
});
