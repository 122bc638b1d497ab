import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { port, whole } from "../settings/fields.ts";
import { configFile, type FileSource, secretFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import { limits, type MountedFile, secretAt } from "../swarm/service-args.ts";
import { CHOSEN, renderDoorScript, type TlsFiles } from "./door-script.ts";
import { DOOR_HOST, EDGE_PORTS, type NginxConfArgs, renderNginxConf } from "./nginx-conf.ts";

export const EdgeSettings = z.strictObject({
  /** Port on the machine where the stack is reached. */
  httpPort: port(),
  /** Connections of one client address; more are refused with 429. */
  connectionsPerClientMax: whole(8, 4_096),
  ...limits({ memoryMbMin: 32 }),
});

export type EdgeArgs = {
  scope: Scope;
  settings: z.infer<typeof EdgeSettings>;
  image: ImageReference;
  network: { id: pulumi.Input<string> };
  ca: FileSource;
  /** What the world is served with, and the port for it; in clear where there is none. */
  tls?: EdgeTls;
  /** Where the stack is reached from outside; on this machine's own address where there is none. */
  publicUrl?: pulumi.Input<string>;
  bodies: Pick<NginxConfArgs, "requestSizeMbMax" | "objectSizeMbMax" | "bucket">;
};

export type EdgeTls = {
  port: number;
  /** The stack's own certificate, with its chain, and its key. */
  certificate: pulumi.Input<string>;
  key: pulumi.Input<string>;
  /** The volume of {@link Certificates}: what was issued is served instead. */
  issued?: pulumi.Input<string>;
};

const USER = 101;
const CA_PATH = "/run/ca/ca.crt";

/**
 * Nginx, the stack's only door. It publishes its port on the machine itself, so it sees its clients' own addresses.
 * One machine's port has one owner: a new edge stops the old one first. Deploys of the app leave its configuration as
 * it is, so it stays up through them: see docs/decisions/edge.md.
 */
export class Edge extends pulumi.ComponentResource {
  /** Where people and programs on this machine reach the stack. */
  readonly url: pulumi.Input<string>;

  constructor(name: string, args: EdgeArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:web:Edge", name, {}, opts);
    const { scope, settings } = args;
    const parent = { parent: this };
    const conf = configFile(`${name}-conf`, { scope, content: edgeConf(args) }, parent);
    runService(
      name,
      {
        scope,
        image: args.image,
        user: USER,
        replicas: 1,
        limits: settings,
        ...(args.tls ? { secrets: tlsFiles(args, parent) } : {}),
        ...(args.tls?.issued
          ? { args: ["sh", SCRIPT_PATH], readOnlyVolumes: { [STORE_PATH]: args.tls.issued } }
          : {}),
        configs: [
          { source: conf, path: "/etc/nginx/nginx.conf" },
          { source: args.ca, path: CA_PATH },
          ...(args.tls?.issued ? [doorScript(name, args, parent)] : []),
        ],
        networks: [{ network: args.network, aliases: [DOOR_HOST] }],
        publish: {
          [EDGE_PORTS.http]: settings.httpPort,
          ...(args.tls ? { [EDGE_PORTS.https]: args.tls.port } : {}),
        },
        health: {
          command: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${EDGE_PORTS.health}/healthz`],
          intervalSeconds: 3,
          startSeconds: 15,
        },
        updateOrder: "stop-first",
        // Graceful: requests under way are answered to their end.
        stopSignal: "SIGQUIT",
        stopGraceSeconds: 30,
      },
      parent,
    );
    this.url = args.publicUrl ?? `http://localhost:${settings.httpPort}`;
    this.registerOutputs({ url: this.url });
  }
}

const TLS_FILES = { certificate: "edge-tls-certificate", key: "edge-tls-key" } as const;
const OWN: TlsFiles = {
  certificatePath: `/run/secrets/${TLS_FILES.certificate}`,
  keyPath: `/run/secrets/${TLS_FILES.key}`,
};
const SCRIPT_PATH = "/etc/slipway/door.sh";
const STORE_PATH = "/certificates";

function tlsFiles({ scope, tls }: EdgeArgs, opts: pulumi.CustomResourceOptions): MountedFile[] {
  if (!tls) return [];
  return (["certificate", "key"] as const).map((what) =>
    secretAt(TLS_FILES[what], secretFile(TLS_FILES[what], { scope, content: tls[what] }, opts)),
  );
}

function doorScript(name: string, { scope }: EdgeArgs, opts: pulumi.CustomResourceOptions): MountedFile {
  const content = renderDoorScript({ store: STORE_PATH, own: OWN });
  return { source: configFile(`${name}-script`, { scope, content }, opts), path: SCRIPT_PATH };
}

function edgeConf({ settings, bodies, tls }: EdgeArgs): string {
  return renderNginxConf({
    ...bodies,
    workers: Math.ceil(settings.cpus),
    connectionsPerClientMax: settings.connectionsPerClientMax,
    caPath: CA_PATH,
    ...(tls ? { tls: tls.issued ? CHOSEN : OWN, challenges: tls.issued !== undefined } : {}),
  });
}
