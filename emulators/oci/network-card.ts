import type { CardRule, NetworkCard } from "./machines.ts";
import { publicAddressOf } from "./public-ip.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

type Ports = { min: number; max: number };
type Rule = Properties & {
  tcpOptions?: PortOptions;
  udpOptions?: PortOptions;
  icmpOptions?: CardRule["icmp"];
};
/** Rules of groups have their ports in a range, those of lists have them at once. */
type PortOptions = Partial<Ports> & { destinationPortRange?: Ports };

/** What the network card of an instance shall have and let through now. */
export function networkCard(tenancy: Tenancy, instance: ResourceRecord): NetworkCard {
  const vnic = tenancy.ownedBy(instance.id).find(({ kind }) => kind === "vnic") as ResourceRecord;
  const [privateIp] = tenancy.ownedBy(vnic.id);
  const { properties: subnet } = tenancy.need(vnic.properties.subnetId, "subnet");
  const prefix = String(subnet.cidrBlock).split("/")[1];
  const publicIp = publicAddressOf(tenancy, privateIp?.id);
  const leadsOut = publicIp && isRouted(tenancy, subnet);
  return {
    vcnId: String(subnet.vcnId),
    privateAddress: `${privateIp?.properties.ipAddress}/${prefix}`,
    publicAddress: leadsOut ? String(publicIp.properties.ipAddress) : undefined,
    rules: [...groupRules(tenancy, vnic), ...listRules(tenancy, subnet)],
  };
}

/** Whether the subnet has a way to the internet: a public address without one leads nowhere. */
function isRouted(tenancy: Tenancy, subnet: Properties): boolean {
  const table = tenancy.find(subnet.routeTableId)?.properties;
  const rules = (table?.routeRules ?? []) as { destination?: string; networkEntityId: string }[];
  return rules.some(({ destination, networkEntityId }) => {
    const gateway = tenancy.find(networkEntityId);
    const isOpen = gateway?.kind === "internetgateway" && gateway.properties.enabled !== false;
    return isOpen && destination === "0.0.0.0/0";
  });
}

function groupRules(tenancy: Tenancy, vnic: ResourceRecord): CardRule[] {
  const groups = vnic.properties.nsgIds as string[];
  return tenancy
    .of("securityrule")
    .filter(({ properties }) => groups.includes(String(properties.networkSecurityGroupId)))
    .map(({ properties }) => cardRule(tenancy, properties, properties.direction as CardRule["direction"]));
}

/** Lists and groups are a union: a port that either opens is open. */
function listRules(tenancy: Tenancy, subnet: Properties): CardRule[] {
  return (subnet.securityListIds as string[]).flatMap((id) => {
    const { ingressSecurityRules = [], egressSecurityRules = [] } = tenancy.find(id)?.properties ?? {};
    return [
      ...(ingressSecurityRules as Rule[]).map((rule) => cardRule(tenancy, rule, "INGRESS")),
      ...(egressSecurityRules as Rule[]).map((rule) => cardRule(tenancy, rule, "EGRESS")),
    ];
  });
}

function cardRule(tenancy: Tenancy, rule: Rule, direction: CardRule["direction"]): CardRule {
  const end = String(direction === "INGRESS" ? rule.source : rule.destination);
  const options = rule.tcpOptions ?? rule.udpOptions;
  const ports =
    options?.destinationPortRange ?? (options?.min === undefined ? undefined : (options as Ports));
  return {
    direction,
    protocol: String(rule.protocol),
    others: end.startsWith("ocid1.") ? memberBlocks(tenancy, end) : [end],
    ...(ports && { ports: { min: Number(ports.min), max: Number(ports.max) } }),
    ...(rule.icmpOptions && { icmp: rule.icmpOptions }),
  };
}

/** A group at the other end of a rule stands for the addresses of its members. */
function memberBlocks(tenancy: Tenancy, groupId: string): string[] {
  const members = tenancy
    .of("vnic")
    .filter(({ properties }) => (properties.nsgIds as string[]).includes(groupId));
  const addresses = members
    .flatMap(({ id }) => tenancy.ownedBy(id))
    .map(({ properties }) => properties.ipAddress);
  return addresses.map((address) => `${address}/32`);
}
