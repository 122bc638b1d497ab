import { invalidParameter } from "./api-error.ts";
import { parseCidr } from "./cidr.ts";
import { addPlain, NAMED, type ResourceType } from "./resource-type.ts";
import { defaultRules } from "./security-list.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

/** A network. It comes with a route table, a security list and DHCP options of its own. */
export const vcn: ResourceType = {
  token: "oci:Core/vcn:Vcn",
  kind: "vcn",
  service: "Core Vcn",
  noun: "Vcn",
  required: ["compartmentId"],
  fixed: [
    ...["byoipv6cidrDetails", "cidrBlock", "dnsLabel", "ipv6privateCidrBlocks", "isIpv6enabled"],
    "isOracleGuaAllocationEnabled",
  ],
  updatable: [...NAMED, "cidrBlocks", "securityAttributes"],
  create({ tenancy }, inputs) {
    const cidrBlocks = (inputs.cidrBlocks ?? [inputs.cidrBlock]) as string[];
    for (const block of cidrBlocks)
      if (!parseCidr(block)) throw invalidParameter(`The requested CIDR ${block} is invalid`);
    const label = inputs.dnsLabel as string | undefined;
    const named = {
      cidrBlocks,
      cidrBlock: cidrBlocks[0],
      ...(label && { vcnDomainName: `${label}.oraclevcn.com` }),
    };
    const record = addPlain(tenancy, vcn, { ...inputs, ...named });
    const owned = (kind: string, more: Properties) =>
      tenancy.add(kind, { ...ownProperties(record), ...more }, { ownerId: record.id }).id;
    tenancy.change(record, {
      defaultRouteTableId: owned("routetable", { routeRules: [] }),
      defaultSecurityListId: owned("securitylist", defaultRules(cidrBlocks)),
      defaultDhcpOptionsId: owned("dhcpoptions", {}),
    });
    return record;
  },
};

function ownProperties({ id, properties }: ResourceRecord): Properties {
  return { compartmentId: properties.compartmentId, vcnId: id, state: "AVAILABLE" };
}
