import { conflict, invalidParameter } from "./api-error.ts";
import { launch } from "./launch.ts";
import { publicAddressOf, unassignPublicIps } from "./public-ip.ts";
import { type Cloud, NAMED, type ResourceType } from "./resource-type.ts";
import { requireShape, shapeSize } from "./shapes.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";
import { attachmentsOf } from "./volume.ts";

/** Read once, at the first boot. */
const FIXED_METADATA = ["ssh_authorized_keys", "user_data"];

/** A machine. Its network card, private address and boot volume are made and end with it. */
export const instance: ResourceType = {
  token: "oci:Core/instance:Instance",
  kind: "instance",
  service: "Core Instance",
  noun: "Instance",
  operations: { create: "LaunchInstance", delete: "TerminateInstance" },
  required: ["availabilityDomain", "compartmentId"],
  fixed: [
    ...[
      "async",
      "availabilityDomain",
      "clusterPlacementGroupId",
      "computeClusterId",
      "hostnameLabel",
      "image",
    ],
    ...["instanceConfigurationId", "ipxeScript", "isPvEncryptionInTransitEnabled", "launchVolumeAttachments"],
    ...["placementConstraintDetails", "preemptibleInstanceConfig", "preserveBootVolume"],
    ...["preserveDataVolumesCreatedAtLaunch", "subnetId", "updateOperationConstraint"],
  ],
  updatable: [
    ...NAMED,
    ...[
      "agentConfig",
      "availabilityConfig",
      "capacityReservationId",
      "createVnicDetails",
      "dedicatedVmHostId",
    ],
    ...["extendedMetadata", "faultDomain", "instanceOptions", "isAiEnterpriseEnabled", "launchOptions"],
    ...["licensingConfigs", "metadata", "platformConfig", "securityAttributes", "shape", "shapeConfig"],
    ...["sourceDetails", "state"],
  ],
  replaces: instanceReplaces,
  create: launch,
  update: change,
  remove: terminate,
  view: addresses,
};

/** What cannot be changed in place inside of inputs that otherwise can. The image is one: a new disk is a new machine. */
export function instanceReplaces(olds: Properties, news: Properties): string[] {
  const differs = (input: string, keys: readonly string[]) => {
    const [before, after] = [olds[input], news[input]].map((value) => (value ?? {}) as Properties);
    return keys.some((key) => after?.[key] !== undefined && before?.[key] !== after[key]);
  };
  const gone = (input: string, keys: readonly string[]) => {
    const [before, after] = [olds[input], news[input]] as (Properties | undefined)[];
    return after !== undefined && keys.some((key) => before?.[key] !== undefined && after[key] === undefined);
  };
  const replaced = [];
  if (differs("metadata", FIXED_METADATA) || gone("metadata", FIXED_METADATA)) replaced.push("metadata");
  if (differs("sourceDetails", ["sourceId", "sourceType"])) replaced.push("sourceDetails");
  if (differs("createVnicDetails", ["subnetId", "privateIp"])) replaced.push("createVnicDetails");
  return replaced;
}

/** Changes in place. A new size restarts the machine; `state` stops and starts it; the card joins other groups. */
async function change(cloud: Cloud, record: ResourceRecord, news: Properties): Promise<void> {
  const { tenancy, machines } = cloud;
  const before = { ...record.properties };
  requireShape({ ...before, ...news });
  const vnic = cardOf(tenancy, record.id);
  const { nsgIds } = (news.createVnicDetails ?? {}) as { nsgIds?: string[] };
  if (nsgIds) {
    for (const nsgId of nsgIds) tenancy.need(nsgId, "networksecuritygroup");
    tenancy.change(vnic, { nsgIds });
  }
  const size = shapeSize({ ...before, ...news });
  const resized =
    JSON.stringify(size) !== JSON.stringify(before.shapeConfig) || differs(before, news, "shape");
  tenancy.change(record, { shapeConfig: size });
  if (resized && before.state === "RUNNING") await machines.reboot(record.id);
  const { state = before.state } = news;
  if (state !== "RUNNING" && state !== "STOPPED") throw invalidParameter(`state must be RUNNING or STOPPED`);
  if (state !== before.state)
    await (state === "STOPPED" ? machines.stop(record.id) : machines.start(record.id));
}

function differs(before: Properties, news: Properties, name: string): boolean {
  return news[name] !== undefined && news[name] !== before[name];
}

/** Ends an instance. Volumes that are attached are let go; reserved addresses lead nowhere from now on. */
export async function terminate({ tenancy, machines }: Cloud, record: ResourceRecord): Promise<void> {
  const disks = attachmentsOf(tenancy, { instanceId: record.id });
  await machines.terminate(record.id);
  for (const { id } of disks) delete tenancy.state.resources[id];
  const cards = tenancy.ownedBy(record.id).filter(({ kind }) => kind === "vnic");
  unassignPublicIps(
    tenancy,
    cards.flatMap(({ id }) => tenancy.ownedBy(id)),
  );
  tenancy.remove(record);
}

/** The network card of an instance. */
export function cardOf(tenancy: Tenancy, instanceId: string): ResourceRecord {
  const card = tenancy.ownedBy(instanceId).find(({ kind }) => kind === "vnic");
  if (!card) throw conflict(`Instance ${instanceId} has no VNIC`);
  return card;
}

function addresses(tenancy: Tenancy, { id }: ResourceRecord): Properties {
  const [privateIp] = tenancy.ownedBy(cardOf(tenancy, id).id);
  const publicIp = privateIp && publicAddressOf(tenancy, privateIp.id);
  return {
    privateIp: privateIp?.properties.ipAddress,
    publicIp: publicIp?.properties.ipAddress ?? "",
  };
}
