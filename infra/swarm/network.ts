import { Network } from "@pulumi/docker/network.js";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { labelsOf, nameIn, type Scope } from "./names.ts";

export const NetworkSettings = z.strictObject({
  /** Encrypts traffic between nodes (IPsec). Costs throughput, and does nothing for a swarm of one. */
  encrypted: z.boolean(),
});

export type OverlayArgs = { scope: Scope; settings: z.infer<typeof NetworkSettings> };

/**
 * A private network of the swarm. Services find one another on it by their aliases; nothing outside of it can reach
 * them. A network keeps its name, so a change that replaces it deletes the old one first, and stops its services.
 */
export function overlayNetwork(
  name: string,
  { scope, settings }: OverlayArgs,
  opts: pulumi.CustomResourceOptions,
): Network {
  return new Network(
    name,
    {
      name: nameIn(scope, name),
      driver: "overlay",
      labels: labelsOf(scope),
      ...(settings.encrypted ? { options: { encrypted: "" } } : {}),
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
