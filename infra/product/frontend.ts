import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import { limits, ReplicaSettings } from "../swarm/service-args.ts";

export const FrontendSettings = z.strictObject({
  ...ReplicaSettings,
  /** Of each replica. */
  ...limits({ memoryMbMin: 32 }),
});

export type FrontendArgs = {
  scope: Scope;
  settings: z.infer<typeof FrontendSettings>;
  image: ImageReference;
  network: { id: pulumi.Input<string> };
};

/** Numeric user of the image. */
const USER = 101;

/** The web page's files, served by Nginx with the configuration in its image. */
export class Frontend extends pulumi.ComponentResource {
  constructor(name: string, args: FrontendArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:product:Frontend", name, {}, opts);
    runService(
      name,
      {
        scope: args.scope,
        image: args.image,
        user: USER,
        replicas: args.settings.replicas,
        limits: args.settings,
        networks: [{ network: args.network, aliases: ["frontend"] }],
        health: {
          command: ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"],
          intervalSeconds: 3,
          startSeconds: 15,
        },
        updateOrder: "start-first",
        stopSignal: "SIGQUIT",
        stopGraceSeconds: 30,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
