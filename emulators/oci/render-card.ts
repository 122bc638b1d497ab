import type { CardRule, NetworkCard } from "./machines.ts";

/** The network that stands for the internet, as far as a machine sees it. */
export interface Outside {
  gateway: string;
  /** Bits of a public address that are the network's. */
  prefix: number;
  nameservers: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "1": "icmp" };

/**
 * The script that gives a machine's network card its addresses and the cloud's rules. The rules stand before the
 * machine's own firewall and are none of it; without a public address there is no way out either. It may run twice at
 * once: as the machine boots, and when its card changes at that moment.
 */
export function renderCard({ privateAddress, publicAddress, rules }: NetworkCard, outside: Outside): string {
  const wanted = [privateAddress, ...(publicAddress ? [`${publicAddress}/${outside.prefix}`] : [])];
  const route = publicAddress
    ? `ip route replace default via ${outside.gateway} src ${publicAddress}`
    : "ip route del default 2>/dev/null || true";
  return `set -eu
for present in $(ip -4 -o address show dev eth0 | awk '{ print $4 }'); do
  case $present in ${wanted.join("|")}) ;; *) ip address del "$present" dev eth0 2>/dev/null || true ;; esac
done
${wanted.map((address) => `ip address replace ${address} dev eth0`).join("\n")}
${route}
printf '%s\\n' ${outside.nameservers.map((server) => `'nameserver ${server}'`).join(" ")} >/etc/resolv.conf
nft -f - <<'RULES'
${renderRules(rules)}RULES
`;
}

/** The rules as nft reads them. They take the place of those before at once. */
export function renderRules(rules: readonly CardRule[]): string {
  const chain = (direction: CardRule["direction"], hook: string, side: string) =>
    [
      `  chain ${direction.toLowerCase()} {`,
      `    type filter hook ${hook}; policy accept;`,
      `    ${side} != "eth0" accept`,
      "    ct state established,related accept",
      ...rules.filter((rule) => rule.direction === direction).flatMap((rule) => renderRule(rule)),
      "    drop",
      "  }",
    ].join("\n");
  return `table inet cloud
delete table inet cloud
table inet cloud {
${chain("INGRESS", "prerouting priority -160", "iifname")}
${chain("EGRESS", "postrouting priority 200", "oifname")}
}
`;
}

/** One rule; none where nobody is at its other end. */
function renderRule({ direction, protocol, others, ports, icmp }: CardRule): string[] {
  if (others.length === 0) return [];
  const end = direction === "INGRESS" ? "ip saddr" : "ip daddr";
  const whom = others.includes("0.0.0.0/0") ? [] : [`${end} { ${others.join(", ")} }`];
  const name = NAMES[protocol] ?? protocol;
  const what = protocol === "all" ? [] : [`meta l4proto ${name}`];
  const which = ports ? [`${name} dport ${ports.min}-${ports.max}`] : [];
  const type = icmp
    ? [`icmp type ${icmp.type}${icmp.code === undefined ? "" : ` icmp code ${icmp.code}`}`]
    : [];
  return [`    ${[...whom, ...what, ...which, ...type, "accept"].join(" ")}`];
}
