import { randomBytes } from "node:crypto";
import { invalidParameter } from "./api-error.ts";
import { parseCidr } from "./cidr.ts";
import { kindOf } from "./ocid.ts";
import { addPlain, NAMED, type ResourceType } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";

/** A set of rules that network cards join by naming it. */
export const networkSecurityGroup: ResourceType = {
  token: "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
  kind: "networksecuritygroup",
  service: "Core Network Security Group",
  noun: "NetworkSecurityGroup",
  required: ["compartmentId", "vcnId"],
  fixed: ["vcnId"],
  updatable: NAMED,
  references: { vcnId: "vcn" },
};

const PROTOCOL = /^(all|\d{1,3})$/;

/** One rule of a group. It has a short id of its own, no OCID, and goes with its group. */
export const securityRule: ResourceType = {
  token: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
  kind: "securityrule",
  service: "Core Network Security Group Security Rule",
  noun: "NetworkSecurityGroupSecurityRule",
  operations: {
    create: "AddNetworkSecurityGroupSecurityRules",
    delete: "RemoveNetworkSecurityGroupSecurityRules",
  },
  required: ["direction", "networkSecurityGroupId", "protocol"],
  fixed: [
    ...[
      "description",
      "destination",
      "destinationType",
      "direction",
      "icmpOptions",
      "networkSecurityGroupId",
    ],
    ...["protocol", "source", "sourceType", "stateless", "tcpOptions", "udpOptions"],
  ],
  updatable: [],
  references: { networkSecurityGroupId: "networksecuritygroup" },
  create({ tenancy }, inputs) {
    requireRule(inputs);
    const id = randomBytes(3).toString("hex").toUpperCase();
    const record = addPlain(tenancy, securityRule, { stateless: false, isValid: true, ...inputs }, id);
    record.ownerId = String(inputs.networkSecurityGroupId);
    tenancy.save();
    return record;
  },
};

function requireRule(rule: Properties): void {
  const { direction, protocol, tcpOptions, udpOptions } = rule;
  if (direction !== "INGRESS" && direction !== "EGRESS")
    throw invalidParameter(`direction must be INGRESS or EGRESS, not ${direction}`);
  if (!PROTOCOL.test(String(protocol)))
    throw invalidParameter(`protocol must be "all" or an IP protocol's number, not ${protocol}`);
  if ((tcpOptions && protocol !== "6") || (udpOptions && protocol !== "17"))
    throw invalidParameter(`tcpOptions and udpOptions go with protocol 6 and 17, not ${protocol}`);
  const [end, type] = direction === "INGRESS" ? ["source", "sourceType"] : ["destination", "destinationType"];
  const isGroup = rule[type] === "NETWORK_SECURITY_GROUP" && kindOf(rule[end]) === "networksecuritygroup";
  if (!isGroup && !(parseCidr(rule[end]) && (rule[type] ?? "CIDR_BLOCK") === "CIDR_BLOCK"))
    throw invalidParameter(`${end} ${rule[end]} does not go with ${type} ${rule[type] ?? "CIDR_BLOCK"}`);
}
