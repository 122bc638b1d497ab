import { invalidParameter, outOfHostCapacity } from "./api-error.ts";
import { requireImage } from "./images.ts";
import type { MachineSpec } from "./machines.ts";
import { networkCard } from "./network-card.ts";
import { addEphemeral } from "./public-ip.ts";
import type { Cloud } from "./resource-type.ts";
import { requireShape, shapeSize } from "./shapes.ts";
import { freeAddress } from "./subnet.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";
import { requireDomain } from "./volume.ts";

const METADATA_BYTES_MAX = 32_000;
const SMALLEST_BOOT_GBS = 50;

/** Makes an instance with its disk, its network card and its addresses, and begins to boot its machine. */
export async function launch(cloud: Cloud, inputs: Properties): Promise<ResourceRecord> {
  const { tenancy, faults } = cloud;
  const { availabilityDomain } = inputs;
  requireLaunchable(cloud, inputs);
  if (faults.take({ operation: "LaunchInstance", availabilityDomain }, "out-of-capacity"))
    throw outOfHostCapacity();
  const vnic = (inputs.createVnicDetails ?? {}) as Properties;
  const source = inputs.sourceDetails as Properties;
  const record = tenancy.add("instance", {
    ...{ displayName: `instance${Date.now()}`, definedTags: {}, freeformTags: {} },
    ...{ faultDomain: "FAULT-DOMAIN-1", launchMode: "PARAVIRTUALIZED", region: tenancy.state.region },
    ...inputs,
    shapeConfig: shapeSize(inputs),
    subnetId: vnic.subnetId,
    state: "RUNNING",
  });
  try {
    addDisk(cloud, record, source);
    addCard(cloud, record, vnic);
  } catch (error) {
    for (const owned of tenancy.ownedBy(record.id)) delete tenancy.state.resources[owned.id];
    delete tenancy.state.resources[record.id];
    tenancy.save();
    throw error;
  }
  await boot(cloud, record);
  return record;
}

function requireLaunchable({ tenancy }: Cloud, inputs: Properties): void {
  const { metadata, createVnicDetails: vnic, sourceDetails, availabilityDomain } = inputs;
  requireDomain(tenancy, availabilityDomain);
  requireShape(inputs);
  requireImage(tenancy, sourceDetails as Properties | undefined);
  const { subnetId, nsgIds = [] } = (vnic ?? {}) as { subnetId?: string; nsgIds?: string[] };
  tenancy.need(subnetId, "subnet");
  for (const nsgId of nsgIds) tenancy.need(nsgId, "networksecuritygroup");
  const bytes = Buffer.byteLength(JSON.stringify(metadata ?? {}));
  if (bytes > METADATA_BYTES_MAX)
    throw invalidParameter(
      `The combined size of metadata and extendedMetadata is ${bytes} bytes, over ${METADATA_BYTES_MAX}`,
    );
}

function addDisk({ tenancy }: Cloud, { id, properties }: ResourceRecord, source: Properties): void {
  const sizeInGbs = String(source.bootVolumeSizeInGbs ?? SMALLEST_BOOT_GBS);
  if (Number(sizeInGbs) < SMALLEST_BOOT_GBS)
    throw invalidParameter(`bootVolumeSizeInGBs must be ${SMALLEST_BOOT_GBS} or more`);
  const { availabilityDomain, compartmentId } = properties;
  const disk = { availabilityDomain, compartmentId, sizeInGbs, state: "AVAILABLE" };
  properties.bootVolumeId = tenancy.add("bootvolume", disk, { ownerId: id }).id;
}

function addCard(cloud: Cloud, record: ResourceRecord, wanted: Properties): void {
  const { tenancy } = cloud;
  const { properties: machine } = record;
  const {
    subnetId,
    nsgIds = [],
    hostnameLabel,
  } = wanted as { subnetId: string; nsgIds?: string[]; hostnameLabel?: string };
  const ipAddress = String(wanted.privateIp ?? freeAddress(tenancy, subnetId));
  const { compartmentId, availabilityDomain } = machine;
  const shared = { compartmentId, availabilityDomain, subnetId, hostnameLabel };
  const card = { ...shared, nsgIds, instanceId: record.id, isPrimary: true, state: "AVAILABLE" };
  const vnic = tenancy.add(
    "vnic",
    { ...card, displayName: wanted.displayName ?? machine.displayName },
    { ownerId: record.id },
  );
  const address = { ...shared, ipAddress, vnicId: vnic.id, isPrimary: true };
  const privateIp = tenancy.add("privateip", address, { ownerId: vnic.id });
  const { prohibitPublicIpOnVnic } = tenancy.need(subnetId, "subnet").properties;
  if (String(wanted.assignPublicIp ?? !prohibitPublicIpOnVnic) === "true")
    addEphemeral(cloud, privateIp, compartmentId);
}

/** Switches the machine on: now, or late when a fault says so. RUNNING is what the cloud calls it from the start. */
async function boot({ tenancy, machines, faults }: Cloud, record: ResourceRecord): Promise<void> {
  const start = () => machines.launch(machineSpec(record), networkCard(tenancy, record));
  const slow = faults.take({ operation: "LaunchInstance" }, "slow-boot");
  if (!slow) return await start();
  setTimeout(() => {
    if (tenancy.find(record.id)) start().catch((error: unknown) => console.error(error));
  }, slow.delayMs);
}

function machineSpec({ id, properties }: ResourceRecord): MachineSpec {
  const { hostnameLabel } = (properties.createVnicDetails ?? {}) as { hostnameLabel?: string };
  const name = hostnameLabel ?? String(properties.displayName);
  return {
    id,
    hostname: name.toLowerCase().replace(/[^a-z0-9-]+/g, "-"),
    metadata: (properties.metadata ?? {}) as Record<string, string>,
    memoryInGbs: Number((properties.shapeConfig as Properties).memoryInGbs),
  };
}
