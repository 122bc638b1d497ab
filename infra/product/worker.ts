import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { duration, whole } from "../settings/fields.ts";
import { runService } from "../swarm/service.ts";
import { limits, ReplicaSettings } from "../swarm/service-args.ts";
import { type AppEnvironmentArgs, appEnvironment, nodeEnvironment } from "./app-environment.ts";
import { DatabasePoolSettings } from "./app-settings.ts";
import { APP_USER, type AppWires, CA_PATH } from "./app-wires.ts";

export const WorkerSettings = z.strictObject({
  ...ReplicaSettings,
  /** Of each replica; all jobs of its pool train within it. */
  ...limits({ memoryMbMin: 128 }),
  /** Jobs at once in each replica. */
  poolSize: whole(1, 64),
  /** A job that takes longer fails. */
  timeout: duration(),
  ...DatabasePoolSettings,
});

export type WorkerArgs = {
  settings: z.infer<typeof WorkerSettings>;
  wires: AppWires;
  network: { id: pulumi.Input<string> };
} & Pick<AppEnvironmentArgs, "app">;

/** What trains: takes jobs from the queue in the database. From the same image as the backend. */
export class Worker extends pulumi.ComponentResource {
  constructor(name: string, args: WorkerArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:product:Worker", name, {}, opts);
    const { settings, wires, app } = args;
    runService(
      name,
      {
        scope: wires.scope,
        image: wires.image,
        args: ["node", "dist/worker.js"],
        user: APP_USER,
        replicas: settings.replicas,
        limits: settings,
        env: {
          ...appEnvironment({ wires, app, worker: settings, pool: settings }),
          ...nodeEnvironment(settings),
        },
        secrets: Object.values(wires.secrets),
        configs: [{ source: wires.ca, path: CA_PATH }],
        networks: [{ network: args.network, aliases: ["worker"] }],
        health: { command: ["node", "dist/health.js"], intervalSeconds: 5, startSeconds: 30 },
        // Two workers side by side are safe: a job belongs to whoever holds its lease.
        updateOrder: "start-first",
        // Jobs are given back within it, with their progress.
        stopGraceSeconds: 35,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
