import { invalidParameter } from "./api-error.ts";
import { type Block, contains, formatAddress, overlaps, parseAddress, parseCidr } from "./cidr.ts";
import { addPlain, NAMED, type ResourceType } from "./resource-type.ts";
import type { Tenancy } from "./tenancy.ts";

export const subnet: ResourceType = {
  token: "oci:Core/subnet:Subnet",
  kind: "subnet",
  service: "Core Subnet",
  noun: "Subnet",
  required: ["compartmentId", "vcnId"],
  fixed: [
    ...["availabilityDomain", "dnsLabel", "ipv4cidrBlocks", "prohibitInternetIngress"],
    ...["prohibitPublicIpOnVnic", "vcnId"],
  ],
  updatable: [
    ...NAMED,
    ...["cidrBlock", "dhcpOptionsId", "ipv6cidrBlock", "ipv6cidrBlocks", "routeTableId", "securityListIds"],
  ],
  references: {
    vcnId: "vcn",
    routeTableId: "routetable",
    dhcpOptionsId: "dhcpoptions",
    securityListIds: "securitylist",
  },
  create({ tenancy }, inputs) {
    const block = requireRoom(tenancy, inputs);
    const { properties } = tenancy.need(inputs.vcnId, "vcn");
    const label = inputs.dnsLabel;
    return addPlain(tenancy, subnet, {
      routeTableId: properties.defaultRouteTableId,
      securityListIds: [properties.defaultSecurityListId],
      dhcpOptionsId: properties.defaultDhcpOptionsId,
      prohibitPublicIpOnVnic: false,
      prohibitInternetIngress: inputs.prohibitPublicIpOnVnic ?? false,
      virtualRouterIp: formatAddress(block.first + 1),
      virtualRouterMac: "00:00:17:00:00:01",
      ...(label && properties.vcnDomainName
        ? { subnetDomainName: `${label}.${properties.vcnDomainName}` }
        : {}),
      ...inputs,
    });
  },
};

function requireRoom(tenancy: Tenancy, inputs: Record<string, unknown>): Block {
  const { vcnId, cidrBlock } = inputs;
  const block = parseCidr(cidrBlock);
  if (!block) throw invalidParameter(`The requested CIDR ${cidrBlock} is invalid`);
  const outer = tenancy.need(vcnId, "vcn").properties.cidrBlocks as string[];
  const blocksOfVcn = outer.map(parseCidr).filter((one) => one !== undefined);
  if (!blocksOfVcn.some((one) => contains(one, block)))
    throw invalidParameter(`The requested CIDR ${cidrBlock} is not within the VCN's ${outer.join(", ")}`);
  const siblings = tenancy.of("subnet").filter(({ properties }) => properties.vcnId === vcnId);
  const other = siblings.find(({ properties }) => {
    const taken = parseCidr(properties.cidrBlock);
    return taken && overlaps(taken, block);
  });
  if (other)
    throw invalidParameter(
      `The requested CIDR ${cidrBlock} is invalid: overlaps with CIDR ${other.properties.cidrBlock} of subnet ${other.id}.`,
    );
  return block;
}

/** The first address of a subnet that no network card has: Oracle keeps the first two and the last. */
export function freeAddress(tenancy: Tenancy, subnetId: string): string {
  const block = parseCidr(tenancy.need(subnetId, "subnet").properties.cidrBlock);
  const taken = new Set(tenancy.of("privateip").map(({ properties }) => parseAddress(properties.ipAddress)));
  for (let address = (block?.first ?? 0) + 2; address < (block?.last ?? 0); address++)
    if (!taken.has(address)) return formatAddress(address);
  throw invalidParameter(`The subnet ${subnetId} has no free addresses`);
}
