import { conflict, invalidParameter } from "./api-error.ts";
import { addPlain, type Cloud, NAMED, type ResourceType } from "./resource-type.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

const SMALLEST_GBS = 50;

/** A disk of its own, in one availability domain. It outlives the machines that use it. */
export const volume: ResourceType = {
  token: "oci:Core/volume:Volume",
  kind: "volume",
  service: "Core Volume",
  noun: "Volume",
  required: ["availabilityDomain", "compartmentId"],
  fixed: [
    ...["availabilityDomain", "backupPolicyId", "blockVolumeReplicasDeletion", "clusterPlacementGroupId"],
    ...["sizeInMbs", "sourceDetails", "volumeBackupId", "xrcKmsKeyId"],
  ],
  updatable: [
    ...NAMED,
    ...["autotunePolicies", "blockVolumeReplicas", "isAutoTuneEnabled", "isReservationsEnabled", "kmsKeyId"],
    ...["sizeInGbs", "vpusPerGb"],
  ],
  create({ tenancy }, inputs) {
    requireDomain(tenancy, inputs.availabilityDomain);
    const sizeInGbs = Number(inputs.sizeInGbs ?? SMALLEST_GBS);
    if (!(sizeInGbs >= SMALLEST_GBS)) throw invalidParameter(`sizeInGBs must be ${SMALLEST_GBS} or more`);
    const size = { sizeInGbs: String(sizeInGbs), sizeInMbs: String(sizeInGbs * 1024) };
    return addPlain(tenancy, volume, { vpusPerGb: "10", isHydrated: true, ...inputs, ...size });
  },
  update(_cloud, { properties }, news) {
    if (Number(news.sizeInGbs) < Number(properties.sizeInGbs))
      throw invalidParameter("A volume can be made larger, never smaller");
  },
  async remove({ tenancy, machines }, record) {
    const attachment = attachmentsOf(tenancy, { volumeId: record.id })[0];
    if (attachment) throw conflict(`Volume ${record.id} is still attached by ${attachment.id}`);
    const assignments = tenancy.of("volumebackuppolicyassignment");
    for (const { id, properties } of assignments)
      if (properties.assetId === record.id) delete tenancy.state.resources[id];
    tenancy.remove(record);
    await machines.deleteVolume(record.id);
  },
};

export function requireDomain(tenancy: Tenancy, availabilityDomain: unknown): void {
  if (!tenancy.availabilityDomains.includes(String(availabilityDomain)))
    throw invalidParameter(`availabilityDomain ${availabilityDomain} is not one of this tenancy's`);
}

/** A volume's being in a machine. Every input is fixed. */
export const volumeAttachment: ResourceType = {
  token: "oci:Core/volumeAttachment:VolumeAttachment",
  kind: "volumeattachment",
  service: "Core Volume Attachment",
  noun: "VolumeAttachment",
  operations: { create: "AttachVolume", delete: "DetachVolume" },
  required: ["attachmentType", "instanceId", "volumeId"],
  fixed: [
    ...["attachmentType", "compartmentId", "device", "displayName", "encryptionInTransitType", "instanceId"],
    ...["isAgentAutoIscsiLoginEnabled", "isPvEncryptionInTransitEnabled", "isReadOnly", "isShareable"],
    ...["useChap", "volumeId"],
  ],
  updatable: [],
  references: { instanceId: "instance", volumeId: "volume" },
  async create(cloud, inputs) {
    const device = String(inputs.device ?? freeDevice(cloud.tenancy, inputs.instanceId));
    requireAttachable(cloud.tenancy, inputs, device);
    const { properties } = cloud.tenancy.need(inputs.volumeId, "volume");
    const { availabilityDomain, compartmentId } = properties;
    const more = { availabilityDomain, compartmentId, ...inputs, device, state: "ATTACHED" };
    const record = addPlain(cloud.tenancy, volumeAttachment, more);
    await insertDisk(cloud, record);
    return record;
  },
  async remove({ tenancy, machines }, record) {
    await machines.detach(String(record.properties.instanceId), String(record.properties.volumeId));
    tenancy.remove(record);
  },
};

/** Puts the disk into the machine: now, or late when a fault says so. */
async function insertDisk({ tenancy, machines, faults }: Cloud, { id, properties }: ResourceRecord) {
  const { instanceId, volumeId, device } = properties;
  const spec = { id: String(volumeId), sizeInGbs: Number(tenancy.find(volumeId)?.properties.sizeInGbs) };
  const insert = () => machines.attach(String(instanceId), spec, String(device));
  const late = faults.take({ operation: "AttachVolume" }, "late-disk");
  if (!late) return await insert();
  setTimeout(() => {
    if (tenancy.find(id)) insert().catch((error: unknown) => console.error(error));
  }, late.delayMs);
}

function requireAttachable(tenancy: Tenancy, inputs: Properties, device: string): void {
  const { instanceId, volumeId } = inputs;
  const { properties: machine } = tenancy.need(instanceId, "instance");
  const { properties: disk } = tenancy.need(volumeId, "volume");
  if (machine.state !== "RUNNING" && machine.state !== "STOPPED")
    throw conflict(`Instance ${instanceId} is ${machine.state}`);
  if (machine.availabilityDomain !== disk.availabilityDomain)
    throw invalidParameter(`Volume ${volumeId} is not in the availability domain of instance ${instanceId}`);
  const present = attachmentsOf(tenancy, { volumeId })[0];
  if (present && !(inputs.isShareable && present.properties.isShareable))
    throw conflict(`Volume ${volumeId} is already attached to instance ${present.properties.instanceId}`);
  if (attachmentsOf(tenancy, { instanceId }).some(({ properties }) => properties.device === device))
    throw conflict(`Device ${device} is already in use on instance ${instanceId}`);
}

/** The attachments with these properties. */
export function attachmentsOf(tenancy: Tenancy, wanted: Properties): ResourceRecord[] {
  return tenancy
    .of("volumeattachment")
    .filter(({ properties }) => Object.entries(wanted).every(([name, value]) => properties[name] === value));
}

function freeDevice(tenancy: Tenancy, instanceId: unknown): string {
  const taken = attachmentsOf(tenancy, { instanceId }).map(({ properties }) => properties.device);
  const letters = [..."bcdefghijklmnop"].map((letter) => `/dev/oracleoci/oraclevd${letter}`);
  return letters.find((device) => !taken.includes(device)) ?? "";
}
