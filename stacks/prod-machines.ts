import * as pulumi from "@pulumi/pulumi";
import { attachVolume, BlockVolume, domainOfVolume } from "../infra/oracle/block-volume.ts";
import { MACHINE_USER } from "../infra/oracle/boot-files.ts";
import { findDomain, retryLaunch } from "../infra/oracle/capacity.ts";
import { BOOT_SCRIPT_PATH, renderCloudInit } from "../infra/oracle/cloud-init.ts";
import { DATA_DIRECTORY, renderDiskReady } from "../infra/oracle/disk-script.ts";
import { Firewall } from "../infra/oracle/firewall.ts";
import { privateAddress, VirtualNetwork } from "../infra/oracle/network.ts";
import { nodeName } from "../infra/oracle/node-names.ts";
import { VirtualMachine } from "../infra/oracle/virtual-machine.ts";
import { type SwarmMachine, SwarmMachines } from "../infra/swarm/machines.ts";
import { sshDirectory, writeSshAccess } from "../infra/swarm/ssh-access.ts";
import { SSH_FILES, type SshMachine } from "../infra/swarm/ssh-config.ts";
import { type SshKey, sshKey } from "../infra/swarm/ssh-key.ts";
import type { Followed } from "./follow-machine.ts";
import type { ProdSettings } from "./settings.ts";

export type ProdMachinesArgs = {
  settings: ProdSettings;
  /** The checkout's directory. */
  root: string;
  /** Secrets that SSH keys come from: the operator's, the one before while it is rotated, and the machines' own. */
  seeds: {
    operator: pulumi.Output<string>;
    previous: pulumi.Output<string> | undefined;
    host: pulumi.Output<string>;
  };
  /** Availability domains, in the order of preference. */
  domains: readonly string[];
  /** Made before anything that could cost something. */
  dependsOn: pulumi.Resource[];
};

const DATA_VOLUME = "data";

/** Machines at Oracle that are one swarm, and how its engine is reached. */
export type ProdMachines = {
  /** By the first machine's name, which the SSH files lead to its address: the address may change, the name stays. */
  engineHost: string;
  /** Directory of the SSH files, and their configuration. They know the first machine when it is ready. */
  sshDirectory: string;
  sshConfig: string;
  publicIps: pulumi.Output<string>[];
  /** The machine with the data. */
  lead: SwarmMachine;
  /** What is on its engine follows. */
  followed: Followed;
  /** What services must wait for. */
  ready: pulumi.Resource[];
};

type Machine = SwarmMachine & { publicIp: pulumi.Output<string>; domain: pulumi.Output<string> };

/** Makes the machines with their network, firewall and data volume, and a swarm of them. */
export async function prodMachines(args: ProdMachinesArgs): Promise<ProdMachines> {
  const [lead, ...workers] = (await machines(args)) as [Machine, ...Machine[]];
  const volume = dataVolume(args, lead);
  const attachment = attachVolume("data-attachment", volume, { dependsOn: [lead.instance] });
  const swarm = new SwarmMachines("swarm", {
    member: { user: MACHINE_USER, bootScript: BOOT_SCRIPT_PATH },
    authorizedKeys: authorizedKeys(args),
    manager: lead,
    workers,
    data: {
      ...{ attachment, directory: DATA_DIRECTORY, ready: renderDiskReady() },
      sizeGb: args.settings.oracle.dataVolumeGb,
    },
  });
  const directory = sshDirectory(args.root, pulumi.getStack());
  return {
    lead,
    followed: { machine: lead.instance, goesWith: swarm.lead },
    engineHost: `ssh://${MACHINE_USER}@${lead.name}`,
    sshDirectory: directory,
    sshConfig: `${directory}/${SSH_FILES.config}`,
    publicIps: [lead, ...workers].map(({ publicIp }) => publicIp),
    ready: swarm.ready,
  };
}

function operatorKey(seed: pulumi.Output<string>): pulumi.Output<SshKey> {
  return seed.apply((known) => sshKey(known, "operator"));
}

/** The stack's own public key and those of people. Public keys are no secret. */
function authorizedKeys(args: ProdMachinesArgs): pulumi.Output<string[]> {
  const own = operatorKey(args.seeds.operator).apply(({ publicKey }) => [
    publicKey,
    ...args.settings.oracle.authorizedKeys,
  ]);
  return pulumi.unsecret(own);
}

async function machines(args: ProdMachinesArgs): Promise<Machine[]> {
  const { compartmentId, adminCidrs, nodes } = args.settings.oracle;
  const prefix = args.settings.namePrefix;
  const network = new VirtualNetwork("network", { compartmentId, prefix });
  const firewall = new Firewall("firewall", { compartmentId, prefix, adminCidrs, vcnId: network.vcnId });
  const onError = retryLaunch("out-of-host-capacity", args.settings.oracle.capacity);
  const numbers = Array.from({ length: nodes }, (_, index) => index + 1);
  const reach = sshFiles(args);
  return Promise.all(numbers.map((number) => machine(number, { args, network, firewall, onError, reach })));
}

type Around = {
  args: ProdMachinesArgs;
  network: VirtualNetwork;
  firewall: Firewall;
  onError: pulumi.ErrorHook;
  reach: ReturnType<typeof sshFiles>;
};

async function machine(
  number: number,
  { args, network, firewall, onError, reach }: Around,
): Promise<Machine> {
  const { settings, seeds, domains, dependsOn } = args;
  const { tenancyId, compartmentId, machine: machineSettings, capacity } = settings.oracle;
  const prefix = settings.namePrefix;
  const name = nodeName(number);
  const shape = {
    shape: machineSettings.shape,
    ocpus: machineSettings.ocpus,
    memoryGb: machineSettings.memoryGb,
  };
  const only = number === 1 ? await domainOfVolume(DATA_VOLUME, { compartmentId, prefix }) : undefined;
  const asked = { tenancyId, domains, only, shape, settings: capacity };
  const domain = await findDomain(`${name}-capacity`, asked, {});
  const hostKey = seeds.host.apply((seed) => sshKey(seed, `host ${name}`));
  const made = new VirtualMachine(
    name,
    {
      ...{ compartmentId, onError, availabilityDomain: domain, settings: machineSettings },
      prefix,
      subnetId: network.subnetId,
      firewallId: firewall.groupId,
      privateIp: privateAddress(number),
      authorizedKey: authorizedKeys(args).apply((keys) => keys.join("\n")),
      userData: userData(number, args, hostKey),
    },
    // Its rules too: what is undone on the machine is undone over SSH.
    { dependsOn: [...dependsOn, firewall] },
  );
  return {
    ...{ name, domain, publicIp: made.publicIp, privateIp: privateAddress(number) },
    ...{ instance: made.instance, instanceId: made.instance.id },
    sshDirectory: reach(number, { host: made.publicIp, hostKey }),
  };
}

function userData(
  number: number,
  args: ProdMachinesArgs,
  hostKey: pulumi.Output<SshKey>,
): pulumi.Output<string> {
  const { machine: machineSettings, maintenanceWindow } = args.settings.oracle;
  return pulumi.all([hostKey, authorizedKeys(args)]).apply(([key, keys]) =>
    renderCloudInit({
      hostname: nodeName(number),
      authorizedKeys: keys,
      hostKey: key,
      dataDisk: number === 1,
      swapMb: machineSettings.swapMb,
      // One machine after the other.
      rebootTime: `0${Math.floor((number - 1) / 2) + 1}:${number % 2 === 1 ? "00" : "30"}`,
      dockerWindow: maintenanceWindow,
    }),
  );
}

/** It waits for nothing: whatever it depended on would have to stay with it when all else is destroyed. */
function dataVolume({ settings }: ProdMachinesArgs, lead: Machine) {
  const { compartmentId, dataVolumeGb, volumeBackupsMax } = settings.oracle;
  const volume = new BlockVolume(DATA_VOLUME, {
    ...{ compartmentId, prefix: settings.namePrefix, availabilityDomain: lead.domain },
    ...{ sizeGb: dataVolumeGb, backupsMax: volumeBackupsMax },
  });
  return { volumeId: volume.volumeId, instanceId: lead.instanceId };
}

type Reached = { host: pulumi.Output<string>; hostKey: pulumi.Output<SshKey> };

/**
 * Adds machines to the SSH files, each as soon as its address and keys are known; the value is the files' directory. What
 * is done on a machine waits for nothing but its own: while one is only planned, the others are reached as ever.
 */
function sshFiles({ root, settings, seeds }: ProdMachinesArgs) {
  const stack = pulumi.getStack();
  const known = new Map<number, SshMachine>();
  const previous = seeds.previous ? operatorKey(seeds.previous) : undefined;
  return (number: number, { host, hostKey }: Reached): pulumi.Output<string> => {
    const all = pulumi.all([operatorKey(seeds.operator), host, hostKey, previous]);
    const written = all.apply(([key, address, { publicKey }, before]) => {
      // The stack's registry listens there alone, and the provider asks it from here.
      const forwardedPorts = number === 1 ? [settings.registry.port] : [];
      known.set(number, { name: nodeName(number), host: address, hostKey: publicKey, forwardedPorts });
      const machines = [...known].sort(([one], [other]) => one - other).map(([, machine]) => machine);
      const keys = {
        privateKey: key.privateKey,
        ...(before ? { previousPrivateKey: before.privateKey } : {}),
      };
      writeSshAccess({ root, stack, user: MACHINE_USER, machines, ...keys });
      return sshDirectory(root, stack);
    });
    return pulumi.unsecret(written);
  };
}
