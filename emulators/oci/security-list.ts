import { NAMED, type ResourceType } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";

const RULES = ["egressSecurityRules", "ingressSecurityRules"] as const;

export const securityList: ResourceType = {
  token: "oci:Core/securityList:SecurityList",
  kind: "securitylist",
  service: "Core Security List",
  noun: "SecurityList",
  required: ["compartmentId", "vcnId"],
  fixed: ["vcnId"],
  updatable: [...NAMED, ...RULES],
  references: { vcnId: "vcn" },
  defaults: () => ({ egressSecurityRules: [], ingressSecurityRules: [] }),
};

/** Takes over the list that a VCN came with: its rules become these; taken away, the list has none. */
export const defaultSecurityList: ResourceType = {
  ...securityList,
  token: "oci:Core/defaultSecurityList:DefaultSecurityList",
  service: "Core Default Security List",
  operations: { create: "UpdateSecurityList", delete: "UpdateSecurityList" },
  required: ["manageDefaultResourceId"],
  fixed: ["manageDefaultResourceId"],
  references: { manageDefaultResourceId: "securitylist" },
  create({ tenancy }, inputs) {
    const record = tenancy.need(inputs.manageDefaultResourceId, "securitylist");
    tenancy.change(record, { ...NO_RULES, ...inputs });
    return record;
  },
  remove: ({ tenancy }, record) => tenancy.change(record, NO_RULES),
};

const NO_RULES = { egressSecurityRules: [], ingressSecurityRules: [] };

/** What a new VCN's own list lets through: SSH from anywhere, path MTU news, and everything out. */
export function defaultRules(cidrBlocks: readonly string[]): Properties {
  const ingress = (rule: Properties) => ({ sourceType: "CIDR_BLOCK", stateless: false, ...rule });
  return {
    displayName: "Default Security List",
    ingressSecurityRules: [
      ingress({ protocol: "6", source: "0.0.0.0/0", tcpOptions: { min: 22, max: 22 } }),
      ingress({ protocol: "1", source: "0.0.0.0/0", icmpOptions: { type: 3, code: 4 } }),
      ...cidrBlocks.map((source) => ingress({ protocol: "1", source, icmpOptions: { type: 3 } })),
    ],
    egressSecurityRules: [
      { protocol: "all", destination: "0.0.0.0/0", destinationType: "CIDR_BLOCK", stateless: false },
    ],
  };
}
