import { NetworkSecurityGroup } from "@pulumi/oci/core/networkSecurityGroup.js";
import { NetworkSecurityGroupSecurityRule } from "@pulumi/oci/core/networkSecurityGroupSecurityRule.js";
import type * as inputs from "@pulumi/oci/types/input.js";
import * as pulumi from "@pulumi/pulumi";

/** One thing that may pass; everything else is dropped. */
export type FirewallRule = {
  name: string;
  direction: "INGRESS" | "EGRESS";
  protocol: "tcp" | "udp" | "icmp" | "esp" | "all";
  /** An address range; other machines of the group where there is none. */
  cidr?: string;
  port?: number;
  /** Type and code. */
  icmp?: readonly [number, number];
};

/** Numbers of the protocols as the Internet has them, which is how Oracle names them. */
const PROTOCOLS = { tcp: "6", udp: "17", icmp: "1", esp: "50", all: "all" };

const ANYWHERE = "0.0.0.0/0";

function slug(cidr: string): string {
  return cidr.replaceAll(/[^0-9a-f]+/g, "-");
}

/**
 * What may reach the machines: the web from everywhere, SSH from the administrators, and Swarm's own traffic between
 * machines. ICMP 3/4 tells senders to send smaller packets; without it large answers hang.
 */
export function firewallRules({ adminCidrs }: { adminCidrs: readonly string[] }): FirewallRule[] {
  const from = (name: string, port: number, cidr: string): FirewallRule => ({
    ...{ name, port, cidr, direction: "INGRESS", protocol: "tcp" },
  });
  const between = (name: string, protocol: FirewallRule["protocol"], port?: number): FirewallRule => ({
    ...{ name, protocol, direction: "INGRESS" },
    ...(port === undefined ? {} : { port }),
  });
  return [
    from("http", 80, ANYWHERE),
    from("https", 443, ANYWHERE),
    ...adminCidrs.map((cidr) => from(`ssh-${slug(cidr)}`, 22, cidr)),
    { name: "packet-too-big", direction: "INGRESS", protocol: "icmp", cidr: ANYWHERE, icmp: [3, 4] },
    between("swarm-managers", "tcp", 2377),
    between("swarm-gossip-tcp", "tcp", 7946),
    between("swarm-gossip-udp", "udp", 7946),
    between("swarm-overlay", "udp", 4789),
    // Overlay networks that are encrypted.
    between("swarm-overlay-encrypted", "esp"),
    { name: "out", direction: "EGRESS", protocol: "all", cidr: ANYWHERE },
  ];
}

export type FirewallArgs = {
  compartmentId: string;
  prefix: string;
  vcnId: pulumi.Input<string>;
  adminCidrs: readonly string[];
};

/** The security group that every machine is in. */
export class Firewall extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, opts?: pulumi.ResourceOptions) {
    super("slipway:oracle:Firewall", name, {}, opts);
    const { compartmentId, vcnId, prefix } = args;
    const group = new NetworkSecurityGroup(
      name,
      { compartmentId, vcnId, displayName: `${prefix}-${name}` },
      { parent: this },
    );
    for (const rule of firewallRules(args)) {
      new NetworkSecurityGroupSecurityRule(`${name}-${rule.name}`, ruleArgs(rule, group.id), {
        parent: this,
      });
    }
    this.groupId = group.id;
    this.registerOutputs({ groupId: this.groupId });
  }
}

function portOptions({ protocol, port, icmp }: FirewallRule) {
  const range = port === undefined ? undefined : { destinationPortRange: { min: port, max: port } };
  return {
    ...(range && protocol === "tcp" ? { tcpOptions: range } : {}),
    ...(range && protocol === "udp" ? { udpOptions: range } : {}),
    ...(icmp ? { icmpOptions: { type: icmp[0], code: icmp[1] } } : {}),
  } satisfies {
    tcpOptions?: inputs.Core.NetworkSecurityGroupSecurityRuleTcpOptions;
    icmpOptions?: inputs.Core.NetworkSecurityGroupSecurityRuleIcmpOptions;
  } & Record<string, unknown>;
}

function ruleArgs(rule: FirewallRule, groupId: pulumi.Output<string>) {
  const end = rule.cidr
    ? { type: "CIDR_BLOCK", value: rule.cidr }
    : { type: "NETWORK_SECURITY_GROUP", value: groupId };
  return {
    networkSecurityGroupId: groupId,
    direction: rule.direction,
    protocol: PROTOCOLS[rule.protocol],
    description: rule.name,
    stateless: false,
    ...(rule.direction === "INGRESS"
      ? { source: end.value, sourceType: end.type }
      : { destination: end.value, destinationType: end.type }),
    ...portOptions(rule),
  };
}
