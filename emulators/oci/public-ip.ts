import { conflict, invalidParameter } from "./api-error.ts";
import { addPlain, type Cloud, NAMED, type ResourceType } from "./resource-type.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

/** A reserved public address: it outlives the machine it leads to. */
export const publicIp: ResourceType = {
  token: "oci:Core/publicIp:PublicIp",
  kind: "publicip",
  service: "Core Public Ip",
  noun: "PublicIp",
  required: ["compartmentId", "lifetime"],
  fixed: ["lifetime", "publicIpPoolId"],
  updatable: [...NAMED, "privateIpId"],
  references: { privateIpId: "privateip" },
  create(cloud, inputs) {
    if (inputs.lifetime !== "RESERVED" && inputs.lifetime !== "EPHEMERAL")
      throw invalidParameter("lifetime must be RESERVED or EPHEMERAL");
    if (inputs.privateIpId) requireFree(cloud.tenancy, inputs.privateIpId);
    const address = { ipAddress: freePublicAddress(cloud), scope: "REGION" };
    return addPlain(cloud.tenancy, publicIp, { ...inputs, ...address });
  },
  update({ tenancy }, record, news) {
    const { privateIpId } = news;
    if (privateIpId && privateIpId !== record.properties.privateIpId) requireFree(tenancy, privateIpId);
  },
  view: (_tenancy, { properties }) => ({
    state: properties.privateIpId ? "ASSIGNED" : "AVAILABLE",
    assignedEntityId: properties.privateIpId ?? "",
    assignedEntityType: properties.privateIpId ? "PRIVATE_IP" : "",
  }),
};

/** A private address leads to one public address at most, and never takes one from another unasked. */
function requireFree(tenancy: Tenancy, privateIpId: unknown): void {
  const other = publicAddressOf(tenancy, privateIpId);
  if (other) throw conflict(`The private IP ${privateIpId} already has a public IP assigned: ${other.id}`);
}

/** The public address that leads to a private one. */
export function publicAddressOf(tenancy: Tenancy, privateIpId: unknown): ResourceRecord | undefined {
  return tenancy.of("publicip").find(({ properties }) => properties.privateIpId === privateIpId);
}

/** Adds the passing public address of a network card that asks for one. */
export function addEphemeral(cloud: Cloud, privateIp: ResourceRecord, compartmentId: unknown): void {
  const properties: Properties = { compartmentId, lifetime: "EPHEMERAL", privateIpId: privateIp.id };
  const address = { ipAddress: freePublicAddress(cloud), scope: "AVAILABILITY_DOMAIN" };
  cloud.tenancy.add("publicip", { ...properties, ...address }, { ownerId: privateIp.id });
}

/** Reserved addresses that led to something that is gone lead nowhere. */
export function unassignPublicIps(tenancy: Tenancy, privateIps: readonly ResourceRecord[]): void {
  for (const privateIp of privateIps) {
    const assigned = publicAddressOf(tenancy, privateIp.id);
    if (assigned && !assigned.ownerId) tenancy.change(assigned, { privateIpId: undefined });
  }
}

function freePublicAddress({ tenancy, machines }: Cloud): string {
  const taken = new Set(tenancy.of("publicip").map(({ properties }) => properties.ipAddress));
  const all = machines.publicAddresses();
  // One that was given back goes to somebody else: the next is another.
  const given = tenancy.state.addressesGiven % all.length;
  const free = [...all.slice(given), ...all.slice(0, given)].find((address) => !taken.has(address));
  tenancy.state.addressesGiven += 1;
  if (!free) throw conflict("There are no public IPs left in the pool");
  return free;
}
