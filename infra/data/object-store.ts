import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { dataVolume } from "../swarm/data-volume.ts";
import { type FileSource, secretFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import { type Attachment, limits, type MountedFile } from "../swarm/service-args.ts";

export const ObjectStoreSettings = z.strictObject({
  /** MinIO needs about 120 MB to start; large uploads need more for each stream. */
  ...limits({ memoryMbMin: 256 }),
});

export type ObjectStoreArgs = {
  scope: Scope;
  settings: z.infer<typeof ObjectStoreSettings>;
  image: ImageReference;
  networks: readonly { id: pulumi.Input<string> }[];
  ca: FileSource;
  secrets: {
    user: pulumi.Input<string>;
    password: pulumi.Input<string>;
    tlsCertificate: pulumi.Input<string>;
    tlsKey: pulumi.Input<string>;
  };
};

const USER = 1000;
const HOST = "object-store";
const PORT = 9000;
const CERTIFICATES = "/run/certs";
const CA_PATH = "/run/ca/ca.crt";

/** Secrets by the path at which MinIO expects them. */
const SECRET_PATHS = {
  user: "/run/secrets/object-store-user",
  password: "/run/secrets/object-store-password",
  tlsCertificate: `${CERTIFICATES}/public.crt`,
  tlsKey: `${CERTIFICATES}/private.key`,
} as const;

const SECRET_NAMES = {
  user: "object-store-user",
  password: "object-store-password",
  tlsCertificate: "object-store-tls-certificate",
  tlsKey: "object-store-tls-key",
} as const;

/** One MinIO server that speaks S3 over TLS. Its data volume outlives every replacement of the service. */
export class ObjectStore extends pulumi.ComponentResource {
  /** Host and port, as clients in the stack's networks reach it. */
  readonly endpoint = `${HOST}:${PORT}`;

  constructor(name: string, args: ObjectStoreArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:data:ObjectStore", name, {}, opts);
    const parent = { parent: this };
    const data = dataVolume(`${name}-data`, args.scope, parent);
    const networks: Attachment[] = args.networks.map((network) => ({ network, aliases: [HOST] }));
    runService(
      name,
      {
        scope: args.scope,
        image: args.image,
        args: ["server", "/data", "--certs-dir", CERTIFICATES, "--address", `:${PORT}`],
        user: USER,
        replicas: 1,
        limits: args.settings,
        env: environment(args.settings),
        secrets: serverSecrets(args, parent),
        configs: [{ source: args.ca, path: CA_PATH }],
        volumes: { "/data": data.name },
        networks,
        health: {
          command: ["probe", "--cafile", CA_PATH, `https://localhost:${PORT}/minio/health/live`],
          intervalSeconds: 3,
          startSeconds: 60,
        },
        updateOrder: "stop-first",
        stopGraceSeconds: 60,
      },
      parent,
    );
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

function environment({ memoryMb }: z.infer<typeof ObjectStoreSettings>): Record<string, string> {
  return {
    MINIO_ROOT_USER_FILE: SECRET_PATHS.user,
    MINIO_ROOT_PASSWORD_FILE: SECRET_PATHS.password,
    MINIO_BROWSER: "off",
    MINIO_UPDATE: "off",
    // The garbage collector works harder before the container's limit would end the server.
    GOMEMLIMIT: `${Math.floor(memoryMb * 0.8)}MiB`,
  };
}

function serverSecrets(
  { scope, secrets }: ObjectStoreArgs,
  opts: pulumi.CustomResourceOptions,
): MountedFile[] {
  return (Object.keys(SECRET_NAMES) as (keyof typeof SECRET_NAMES)[]).map((key) => ({
    source: secretFile(SECRET_NAMES[key], { scope, content: secrets[key] }, opts),
    path: SECRET_PATHS[key],
  }));
}
