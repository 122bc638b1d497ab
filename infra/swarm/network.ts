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
 * them. An encrypted one is another network than one in clear, so that a change makes the new one first. Its options
 * are never compared: the swarm adds a number of its own, and the provider would replace the network for that.
 */
export function overlayNetwork(
  name: string,
  { scope, settings }: OverlayArgs,
  opts: pulumi.CustomResourceOptions,
): Network {
  const own = settings.encrypted ? `${name}-encrypted` : name;
  return new Network(
    own,
    {
      name: nameIn(scope, own),
      driver: "overlay",
      labels: labelsOf(scope),
      ...(settings.encrypted ? { options: { encrypted: "" } } : {}),
    },
    { ...opts, deleteBeforeReplace: true, ignoreChanges: ["options"] },
  );
}
