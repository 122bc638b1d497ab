import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { runService } from "../swarm/service.ts";
import { limits, ReplicaSettings } from "../swarm/service-args.ts";
import { type AppEnvironmentArgs, appEnvironment, nodeEnvironment } from "./app-environment.ts";
import { DatabasePoolSettings } from "./app-settings.ts";
import { APP_USER, type AppWires, CA_PATH } from "./app-wires.ts";

export const BackendSettings = z.strictObject({
  ...ReplicaSettings,
  /** Of each replica. */
  ...limits({ memoryMbMin: 128 }),
  ...DatabasePoolSettings,
});

export type BackendArgs = {
  settings: z.infer<typeof BackendSettings>;
  wires: AppWires;
  /** Where the edge is, and where the database is. */
  networks: { frontend: { id: pulumi.Input<string> }; backend: { id: pulumi.Input<string> } };
} & Pick<AppEnvironmentArgs, "app" | "worker">;

/** The API: replicas that share nothing but database and object store. */
export class Backend extends pulumi.ComponentResource {
  constructor(name: string, args: BackendArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:product:Backend", name, {}, opts);
    const { settings, wires, networks, app, worker } = args;
    runService(
      name,
      {
        scope: wires.scope,
        image: wires.image,
        args: ["node", "dist/api.js"],
        user: APP_USER,
        replicas: settings.replicas,
        limits: settings,
        env: { ...appEnvironment({ wires, app, worker, pool: settings }), ...nodeEnvironment(settings) },
        secrets: Object.values(wires.secrets),
        configs: [{ source: wires.ca, path: CA_PATH }],
        networks: [
          { network: networks.frontend, aliases: ["backend"] },
          { network: networks.backend, aliases: ["backend"] },
        ],
        health: { command: ["node", "dist/health.js"], intervalSeconds: 5, startSeconds: 30 },
        updateOrder: "start-first",
        stopGraceSeconds: 35,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
