import { expect, test } from "vitest";
import type { CardRule } from "./machines.ts";
import { renderCard, renderRules } from "./render-card.ts";

const outside = { gateway: "10.231.7.1", prefix: 24, nameservers: ["192.0.2.53"] };
const card = { vcnId: "vcn", privateAddress: "10.200.0.11/24", publicAddress: "10.231.7.2", rules: [] };

function rule(more: Partial<CardRule>): string {
  const text = renderRules([{ direction: "INGRESS", protocol: "6", others: ["0.0.0.0/0"], ...more }]);
  return text.split("accept\n")[2]?.trim() ?? "";
}

test("a rule lets in its protocol, ports and senders, and nothing more", () => {
  expect(rule({ ports: { min: 80, max: 80 } })).toBe("meta l4proto tcp tcp dport 80-80");
  const others = ["192.0.2.7/32", "198.51.100.0/24"];
  expect(rule({ others })).toBe("ip saddr { 192.0.2.7/32, 198.51.100.0/24 } meta l4proto tcp");
  expect(rule({ protocol: "1", icmp: { type: 3, code: 4 } })).toBe(
    "meta l4proto icmp icmp type 3 icmp code 4",
  );
  expect(rule({ protocol: "50", others: ["10.0.0.1/32"] })).toBe("ip saddr { 10.0.0.1/32 } meta l4proto 50");
});

test("a group without members lets nobody in", () => {
  expect(renderRules([{ direction: "INGRESS", protocol: "6", others: [] }])).toBe(renderRules([]));
});

test("a card without a public address has no way out", () => {
  expect(renderCard(card, outside)).toContain("ip route replace default via 10.231.7.1 src 10.231.7.2");
  const hidden = renderCard({ ...card, publicAddress: undefined }, outside);
  expect(hidden).toContain("ip route del default");
  expect(hidden).not.toContain("10.231.7.2");
});
