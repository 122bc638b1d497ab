import { makeContainers } from "../certificates/testing/containers.ts";
import { startPebble } from "../certificates/testing/pebble.ts";
import type { ProdTenancy } from "./prod-tenancy.ts";

/** A certificate authority of the internet around a tenancy, which asks the door of whoever wants a certificate. */
export type PublicAuthority = {
  directoryUrl: string;
  /** What its own HTTPS and its certificates are checked against, PEM. */
  roots: string;
  /** The root of its certificates alone. */
  root: string;
  remove(): void;
};

const HOST = "acme.boats.example";

/** Starts Let's Encrypt's own test authority in the tenancy's internet, under a name. */
export async function publicAuthority({ machines, names }: ProdTenancy): Promise<PublicAuthority> {
  const { name, gateway } = machines.network;
  const containers = makeContainers(name);
  try {
    const pebble = await startPebble(containers, { host: HOST, httpPort: 80, nameServer: gateway });
    names.set(HOST, pebble.container.address);
    const { directoryUrl, root, serverRoot } = pebble;
    return { directoryUrl, root, roots: `${serverRoot}${root}`, remove: containers.remove };
  } catch (error) {
    containers.remove();
    throw error;
  }
}
