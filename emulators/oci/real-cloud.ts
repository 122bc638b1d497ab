import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContainerMachines, containerMachines } from "./container-machines.ts";
import { type EmulatorOptions, type OciEmulator, startOciEmulator } from "./emulator.ts";
import { serveImageRegistry } from "./image-registry.ts";
import { serveNames } from "./name-server.ts";
import { serveOperatorProxy } from "./operator-proxy.ts";
import { serverCertificate } from "./registry-certificate.ts";

export type RealCloudOptions = Pick<EmulatorOptions, "limits" | "port" | "controlPort" | "host" | "home"> & {
  /** Where everything is kept; absolute. */
  directory: string;
  region?: string;
  /** Images that this machine's engine has: what machines boot from, and the registry's program. */
  images: { debian: string; registry: string };
};

/** An emulated cloud whose machines and whose registry of images are real. */
export interface RealCloud {
  emulator: OciEmulator;
  machines: ContainerMachines;
  /** The registry's host, as Oracle names it. */
  registryHost: string;
  /** What names lead to on the machines, besides what they lead to everywhere. */
  names: Map<string, string>;
  /** What the operator's environment needs, so that Pulumi finds all of it. */
  env: Record<string, string>;
  /** Stops answering; what was made stays. */
  stop(): Promise<void>;
}

/** The images that a cloud needs, by what the toolchain has noted in a file. */
export function imagesIn(file: string): RealCloudOptions["images"] {
  const { debian, registry } = JSON.parse(readFileSync(file, "utf8"));
  return { debian: debian.reference, registry: registry.reference };
}

/** The short names that Oracle gives its regions' registries; a region without one goes by its own. */
const REGION_KEYS: Readonly<Record<string, string>> = {
  "eu-frankfurt-1": "fra",
  "uk-london-1": "lhr",
  "us-ashburn-1": "iad",
  "us-phoenix-1": "phx",
};

const PUBLIC_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** Starts a cloud. Needs root: its machines have disks, and its registry listens at a port of the system's. */
export async function realCloud(options: RealCloudOptions): Promise<RealCloud> {
  const { directory, images, region = "eu-frankfurt-1", ...rest } = options;
  const host = `${REGION_KEYS[region] ?? region}.ocir.io`;
  const certificate = await serverCertificate(join(directory, "registry"), host);
  const { authorityFile } = certificate;
  const machines = await containerMachines({
    ...{ directory, debianImage: images.debian, registry: { host, authorityFile } },
  });
  const emulator = await startOciEmulator({ ...rest, stateDirectory: directory, region, machines });
  const address = machines.network.gateway;
  const stopRegistry = await serveImageRegistry({
    ...{ container: `${machines.name}-registry`, labels: machines.labels, image: images.registry },
    ...{ address, certificate, tenant: tenantOf(emulator) },
  });
  const proxy = await serveOperatorProxy({ host, address });
  const [, upstream = ""] = machines.network.nameservers;
  const nameServer = await serveNames({ address, upstream: { address: upstream } });
  return {
    ...{ emulator, machines, registryHost: host, names: nameServer.names },
    env: {
      PULUMI_DEBUG_PROVIDERS: `oci:${emulator.port}`,
      HTTPS_PROXY: proxy.url,
      SSL_CERT_FILE: authoritiesWith(authorityFile, directory),
    },
    stop: async () => {
      nameServer.stop();
      await Promise.all([emulator.stop(), stopRegistry(), proxy.stop()]);
    },
  };
}

function tenantOf({ account, state }: OciEmulator) {
  const { namespace, userName, authToken } = account;
  const made = () => Object.values(state.resources).filter(({ kind }) => kind === "containerrepo");
  return {
    ...{ namespace, user: `${namespace}/${userName}`, authToken },
    hasRepository: (name: string) => made().some(({ properties }) => properties.displayName === name),
  };
}

/** The authorities that the operator's machine believes in, and the registry's. */
function authoritiesWith(authorityFile: string, directory: string): string {
  const file = join(directory, "authorities.pem");
  const present = readFileSync(process.env.SSL_CERT_FILE ?? PUBLIC_AUTHORITIES, "utf8");
  writeFileSync(file, `${present}\n${readFileSync(authorityFile, "utf8")}`);
  return file;
}
