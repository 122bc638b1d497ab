import { expect, test } from "vitest";
import { firewallRules } from "./firewall.ts";

const rules = firewallRules({ adminCidrs: ["203.0.113.7/32", "198.51.100.0/24"] });
const into = rules.filter(({ direction }) => direction === "INGRESS");

test("the whole world reaches the web's two ports, and nothing else but a message about packets' size", () => {
  const world = into.filter(({ cidr }) => cidr === "0.0.0.0/0");
  expect(world.map(({ port, icmp }) => port ?? icmp)).toEqual([80, 443, [3, 4]]);
});

test("SSH is let in from each of the administrators' ranges, and from nowhere else", () => {
  const ssh = into.filter(({ port }) => port === 22);
  expect(ssh.map(({ cidr }) => cidr)).toEqual(["203.0.113.7/32", "198.51.100.0/24"]);
});

test("Swarm's ports are open between machines only", () => {
  const between = into.filter(({ cidr }) => cidr === undefined);
  expect(between.map(({ protocol, port }) => `${protocol} ${port ?? "-"}`)).toEqual([
    "tcp 2377",
    "tcp 7946",
    "udp 7946",
    "udp 4789",
    "esp -",
  ]);
});

test("rules have names of their own", () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});
