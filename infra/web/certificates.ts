import * as pulumi from "@pulumi/pulumi";
import type { CertificatesConfig } from "../../certificates/config.ts";
import { dataVolume } from "../swarm/data-volume.ts";
import { configFile } from "../swarm/file-source.ts";
import type { ImageReference } from "../swarm/image.ts";
import type { Scope } from "../swarm/names.ts";
import { runService } from "../swarm/service.ts";
import type { MountedFile } from "../swarm/service-args.ts";
import { type CertificateSettings, directoryUrl, isTrial } from "./certificate-settings.ts";
import { CHALLENGES, DOOR_HOST, EDGE_PORTS } from "./nginx-conf.ts";

export type CertificatesArgs = {
  scope: Scope;
  settings: CertificateSettings;
  /** Without one nothing is asked for; what was issued before stays. */
  image: ImageReference | undefined;
  /** The door's: challenges come over it, and the authority is asked through it. */
  network: { id: pulumi.Input<string> };
  /** The name that people know the stack by. */
  domain: string;
};

/** The door's own user: it reads the key that is written here. */
const USER = 101;
const STATUS_PORT = 9189;
const CONFIG_PATH = "/etc/slipway/certificates.json";
const ROOT_PATH = "/etc/slipway/authority-root.pem";
const STORE_PATH = "/certificates";

/** What the program in the image is told. */
export function certificatesConfig({
  settings,
  domain,
}: Pick<CertificatesArgs, "settings" | "domain">): CertificatesConfig {
  const { email, profile, renewAtFraction, authorityRoot } = settings;
  return {
    ...{ domain, email, renewAtFraction, directoryUrl: directoryUrl(settings), isTrial: isTrial(settings) },
    ...(profile ? { profile } : {}),
    ...(authorityRoot ? { rootsFile: ROOT_PATH } : {}),
    ...{ store: STORE_PATH, challengePort: CHALLENGES.port, statusPort: STATUS_PORT },
    door: `${DOOR_HOST}:${EDGE_PORTS.http}`,
  };
}

/**
 * The door's certificate: asked for by the stack's domain, renewed in time, and left alone when that fails. It is up
 * before there is a certificate, so that a first `up` waits for no name server: see docs/decisions/certificates.md.
 * Tells of it at `certificates:9189/metrics` on its network.
 */
export class Certificates extends pulumi.ComponentResource {
  /** Account and certificates. The one in use is in its folder `live`. */
  readonly volume: pulumi.Output<string>;

  constructor(name: string, args: CertificatesArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:web:Certificates", name, {}, opts);
    this.volume = dataVolume(`${name}-data`, args.scope, { parent: this }).name;
    if (args.image) runKeeper(name, { ...args, image: args.image, volume: this.volume }, { parent: this });
    this.registerOutputs({ volume: this.volume });
  }
}

type KeeperArgs = CertificatesArgs & { image: ImageReference; volume: pulumi.Output<string> };

function runKeeper(name: string, args: KeeperArgs, opts: pulumi.CustomResourceOptions): void {
  const { scope, image, settings, network, volume } = args;
  const file = (what: string, content: string, path: string): MountedFile => {
    return { source: configFile(`${name}-${what}`, { scope, content }, opts), path };
  };
  const config = file("config", JSON.stringify(certificatesConfig(args)), CONFIG_PATH);
  const root = settings.authorityRoot ? [file("authority-root", settings.authorityRoot, ROOT_PATH)] : [];
  runService(
    name,
    {
      ...{ scope, image, user: USER, limits: settings, replicas: 1 },
      configs: [config, ...root],
      networks: [{ network, aliases: [CHALLENGES.host] }],
      volumes: { [STORE_PATH]: volume },
      besideDoor: true,
      health: {
        command: ["probe", `http://127.0.0.1:${STATUS_PORT}/healthz`],
        intervalSeconds: 5,
        startSeconds: 30,
      },
      // Two would ask for two certificates.
      updateOrder: "stop-first",
      stopGraceSeconds: 10,
    },
    opts,
  );
}
