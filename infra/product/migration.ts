import type { Command } from "@pulumi/command/local/command.js";
import type * as pulumi from "@pulumi/pulumi";
import { runJob } from "../swarm/job.ts";
import { APP_USER, type AppWires, CA_PATH, releaseOf } from "./app-wires.ts";

export type MigrationArgs = {
  wires: AppWires;
  network: { id: pulumi.Input<string> };
  engineHost: pulumi.Input<string>;
};

/** Brings the database's schema to the image's version, before any process of that version starts. */
export function migration(name: string, args: MigrationArgs, opts: pulumi.CustomResourceOptions): Command {
  const { wires, network, engineHost } = args;
  return runJob(
    name,
    {
      scope: wires.scope,
      engineHost,
      image: wires.image,
      args: ["node", "dist/migrate.js"],
      user: APP_USER,
      limits: { memoryMb: 256, cpus: 1 },
      env: {
        APP_VERSION: wires.version,
        APP_RELEASE: releaseOf(wires.image),
        DATABASE_URL_FILE: wires.secrets.databaseUrl.path,
        NODE_EXTRA_CA_CERTS: CA_PATH,
        LOG_FORMAT: "json",
        LOG_LEVEL: "info",
      },
      secrets: [wires.secrets.databaseUrl],
      configs: [{ source: wires.ca, path: CA_PATH }],
      networks: [{ network, aliases: [] }],
      timeoutSeconds: 600,
    },
    opts,
  );
}
