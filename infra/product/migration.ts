import type * as pulumi from "@pulumi/pulumi";
import type { RunJobArgs } from "../swarm/job.ts";
import { APP_USER, type AppWires, CA_PATH, releaseOf } from "./app-wires.ts";

export type MigrationArgs = {
  wires: AppWires;
  network: { id: pulumi.Input<string> };
};

/** The jobs on the database's schema: one tells what is to be done, and changes nothing; one does it. */
export type MigrationJobs = { plan: RunJobArgs; migrate: RunJobArgs };

/** Bring the database's schema to the image's version; its last line of `plan` is JSON: see app/migrate.ts. */
export function migrationJobs({ wires, network }: MigrationArgs): MigrationJobs {
  const job: Omit<RunJobArgs, "args"> = {
    scope: wires.scope,
    image: wires.image,
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
  };
  const args = ["node", "dist/migrate.js"];
  return { plan: { ...job, args: [...args, "--plan"] }, migrate: { ...job, args } };
}
