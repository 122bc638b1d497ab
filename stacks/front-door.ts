import type * as pulumi from "@pulumi/pulumi";
import { BUCKET } from "../infra/product/app-environment.ts";
import { Certificates, type CertificatesArgs } from "../infra/web/certificates.ts";
import { Edge, type EdgeArgs, type EdgeTls } from "../infra/web/edge.ts";
import type { Platform } from "./container-platform.ts";
import type { ContainerStackArgs } from "./container-stack.ts";

/** How the world reaches a stack. */
export type Door = Pick<EdgeArgs, "publicUrl"> & {
  /** Where its name leads, whatever the name says yet. */
  address: pulumi.Input<string>;
  tls?: Omit<EdgeTls, "issued">;
  /** Where a public authority issues the door's certificate. */
  certificates?: Pick<CertificatesArgs, "settings" | "domain">;
};

/** The edge, and what keeps its certificate. */
export function frontDoor(args: ContainerStackArgs, platform: Platform): Edge {
  const { settings, door } = args;
  const { tls, publicUrl } = door ?? {};
  const { scope, ca, images, networks, inEngine } = platform;
  const { requestSizeMbMax, datasetSizeMbMax: objectSizeMbMax } = settings.app;
  return new Edge(
    "edge",
    {
      ...{ scope, ca, settings: settings.edge, image: images.edge, network: networks.frontend },
      bodies: { requestSizeMbMax, objectSizeMbMax, bucket: BUCKET },
      ...(publicUrl ? { publicUrl } : {}),
      ...(tls ? { tls: { ...tls, ...issuedBy(args, platform) } } : {}),
    },
    inEngine,
  );
}

/** A release of before has no image to ask with: what was issued is served all the same. */
function issuedBy({ door }: ContainerStackArgs, platform: Platform): Pick<EdgeTls, "issued"> {
  const { scope, images, networks, inEngine } = platform;
  if (!door?.certificates) return {};
  const { volume } = new Certificates(
    "certificates",
    { ...door.certificates, scope, image: images.certificates, network: networks.frontend },
    inEngine,
  );
  return { issued: volume };
}
