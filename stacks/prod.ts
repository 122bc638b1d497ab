import { getAvailabilityDomains } from "@pulumi/oci/identity/getAvailabilityDomains.js";
import { getNamespace } from "@pulumi/oci/objectstorage/getNamespace.js";
import * as pulumi from "@pulumi/pulumi";
import { backupBucket } from "../infra/oracle/backup-bucket.ts";
import { containerRepositories, registryHost } from "../infra/oracle/container-repositories.ts";
import { FREE_TIER } from "../infra/oracle/free-tier.ts";
import { SpendingGuard } from "../infra/oracle/spending-guard.ts";
import { oraclePolicies, refuseViolations } from "../infra/policies/refuse-violations.ts";
import {
  BASE_IMAGE_NAMES,
  type BaseImage,
  type BaseImageName,
  readBaseImages,
} from "../infra/swarm/base-images.ts";
import { ensureExtraAuthority } from "../infra/swarm/build-authority.ts";
import { engineProvider } from "../infra/swarm/engine.ts";
import { DATA_LABEL, DOOR_LABEL } from "../infra/swarm/member-scripts.ts";
import type { Scope } from "../infra/swarm/names.ts";
import { registryAddress } from "../infra/swarm/registry-address.ts";
import { sendBaseImages } from "../infra/swarm/send-images.ts";
import { appVersion } from "./app-version.ts";
import { type ContainerStackArgs, containerStack } from "./container-stack.ts";
import { followMachine } from "./follow-machine.ts";
import type { Door } from "./front-door.ts";
import { type ProdMachines, prodMachines } from "./prod-machines.ts";
import { readConfig, readSecrets, type Secrets } from "./read-config.ts";
import { readRollback, withRecorded } from "./rollback.ts";
import {
  OFFSITE_SECRETS,
  PREVIOUS_KEY_SECRET,
  PROD_SECRETS,
  ProdSettings,
  REGISTRY_SECRETS,
} from "./settings.ts";
import type { StackContext } from "./stack-context.ts";
import { SHARED_IMAGES } from "./stack-images.ts";

/** Swarm's constraint that every machine fulfils. */
const ANY_MACHINE = "node.platform.os == linux";

/** Production: machines at Oracle form one swarm, which runs the same containers as everywhere. */
export async function prod(context: StackContext) {
  const { root, env } = context;
  const config = await readConfig({
    ...{ root, schema: ProdSettings, secretNames: PROD_SECRETS },
    optionalSecretNames: [...REGISTRY_SECRETS, ...OFFSITE_SECRETS, PREVIOUS_KEY_SECRET],
  });
  refuseViolations(oraclePolicies({ free: config.settings.oracle.allowPaid ? undefined : FREE_TIER }));
  ensureExtraAuthority(root, env);
  const rollback = readRollback(env);
  const settings = withRecorded(ProdSettings, config.settings, rollback);
  return prodStack({
    ...config,
    settings,
    rollback,
    root,
    baseImages: readBaseImages(root),
    version: appVersion(root),
  });
}

export type ProdArgs = {
  settings: ProdSettings;
  secrets: Secrets<(typeof PROD_SECRETS)[number]>;
  root: string;
  baseImages: Readonly<Record<BaseImageName, BaseImage>>;
  version: string;
} & Pick<ContainerStackArgs, "rollback" | "askRefused">;

/** The system's map: what guards the account, machines, their engine, and the containers on it. */
export async function prodStack(args: ProdArgs) {
  const { settings, secrets, root } = args;
  const { tenancyId, compartmentId } = settings.oracle;
  const { prefix, namespace } = { prefix: settings.namePrefix, ...(await getNamespace({ compartmentId })) };
  const shared = sharedRegistry(args, namespace);
  const guard = new SpendingGuard("spending-guard", { ...settings.oracle, prefix });
  const { availabilityDomains } = await getAvailabilityDomains({ compartmentId: tenancyId });
  const backups = backupBucket("backups", { compartmentId, prefix, namespace });
  const machines = await prodMachines({
    ...{ settings, root },
    seeds: {
      operator: secrets.sshKeySeed,
      host: secrets.sshHostKeySeed,
      previous: new pulumi.Config("slipway").getSecret(PREVIOUS_KEY_SECRET),
    },
    domains: availabilityDomains.map(({ name }) => name),
    dependsOn: [guard.quota],
  });
  const images = sentImages(args, machines);
  const { engineHost, sshConfig } = machines;
  const provider = engineProvider(
    "engine",
    { host: engineHost, sshConfig, registry: registryAddress(settings.registry), ...shared.login },
    { dependsOn: [...machines.ready, ...shared.repositories, images.sent] },
  );
  const stack = containerStack(
    {
      ...args,
      ...{ baseImages: images.names, engineHost, ...shared.stack },
      engine: engineOf(args, machines),
      door: doorOf(args, machines),
      transformations: [followMachine(machines.followed)],
    },
    provider,
  );
  return {
    ...stack,
    publicIps: pulumi.all(machines.publicIps),
    engineHost: machines.engineHost,
    backupBucket: backups.name,
    apiToken: pulumi.secret(secrets.apiToken),
  };
}

/** What the engine asks of everything on it: where data, door and all else are, and how it is reached. */
function engineOf({ settings, rollback }: ProdArgs, { sshDirectory }: ProdMachines): Omit<Scope, "prefix"> {
  const data = `node.labels.${DATA_LABEL} == true`;
  const isShared = isSharedByAll(settings, rollback);
  const placement = {
    ...{ data, door: `node.labels.${DOOR_LABEL} == true` },
    ...{ others: isShared ? ANY_MACHINE : data, machines: settings.oracle.nodes },
  };
  return { sshDirectory, placement };
}

/** Other machines cannot pull from the first one's own registry; and a release may be of a time before them. */
function isSharedByAll({ oracle, registry }: ProdSettings, rollback: ProdArgs["rollback"]): boolean {
  const own = `${registryAddress(registry)}/`;
  return oracle.nodes > 1 && !SHARED_IMAGES.some((name) => rollback?.images[name]?.startsWith(own));
}

/**
 * The world comes over TLS, by the stack's name. The certificate is a secret that the stack's own authority issues,
 * which browsers do not know; with the settings `certificates`, a public authority's takes its place once there is one.
 */
function doorOf(
  { settings: { domain, edge, certificates }, secrets }: ProdArgs,
  { publicIps }: ProdMachines,
): Door {
  const tls = { port: edge.httpsPort, certificate: secrets.edgeTlsCertificate, key: secrets.edgeTlsKey };
  const asked = certificates ? { certificates: { settings: certificates, domain } } : {};
  return { tls, publicUrl: `https://${domain}`, address: publicIps[0] ?? domain, ...asked };
}

const REGISTRY_REMEDY =
  "several machines have images from Oracle's registry; set registryUser to your user name there, and registryPassword to an auth token of yours (docs/oracle-cloud.md, Later)";

/** Several machines pull from Oracle's registry what may run on any of them; one has all it needs in its own. */
function sharedRegistry({ settings }: ProdArgs, namespace: string) {
  const { nodes, compartmentId, region } = settings.oracle;
  if (nodes === 1) return { login: {}, stack: {}, repositories: [] };
  const { registryUser, registryPassword: password } = readSecrets(REGISTRY_SECRETS, REGISTRY_REMEDY);
  const host = registryHost(region);
  const username = registryUser.apply((user) => `${namespace}/${user}`);
  const names = SHARED_IMAGES.map((name) => `slipway/${name}`);
  const repositories = containerRepositories({ compartmentId, prefix: settings.namePrefix, names });
  const address = `${host}/${namespace}/${settings.namePrefix}`;
  return {
    login: { registryLogin: { address: host, username, password } },
    stack: { sharedRegistry: { address, instance: address } },
    repositories,
  };
}

/** The base images on the machine, by name: their ids are another engine's. */
function sentImages({ root, baseImages }: ProdArgs, machines: ProdMachines) {
  const { engineHost, sshDirectory, lead, ready } = machines;
  const references = BASE_IMAGE_NAMES.map((name) => baseImages[name].reference);
  const sent = sendBaseImages(
    "base-images",
    { root, references, engineHost, sshDirectory, instanceId: lead.instanceId },
    { dependsOn: ready },
  );
  const names = Object.fromEntries(
    BASE_IMAGE_NAMES.map((name) => [name, { ...baseImages[name], imageId: baseImages[name].reference }]),
  ) as Record<BaseImageName, BaseImage>;
  return { sent, names };
}
