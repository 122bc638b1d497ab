import { expect, test } from "vitest";
import { parse } from "yaml";
import { sshKey } from "../swarm/ssh-key.ts";
import { renderBootScript } from "./boot-files.ts";
import { METADATA_BYTES_MAX, renderCloudInit } from "./cloud-init.ts";

const args = {
  hostname: "node-1",
  authorizedKeys: ["ssh-ed25519 AAAA operator"],
  hostKey: sshKey("seed", "host node-1"),
  dataDisk: true,
  swapMb: 2048,
  rebootTime: "03:30",
  dockerWindow: "Sun 04:00 UTC",
};

const text = renderCloudInit(args);
const document = parse(text);
const file = (path: string) =>
  document.write_files.find((one: { path: string }) => one.path === path)?.content as string | undefined;

test("the document is for cloud-init, and small enough for Oracle", () => {
  expect(text.startsWith("#cloud-config\n")).toBe(true);
  const bytes = Buffer.from(text).toString("base64").length;
  expect(bytes).toBeLessThan(METADATA_BYTES_MAX / 2);
});

test("the machine has the key that the program knows, and lets the operator alone in", () => {
  expect(document.ssh_keys).toEqual({
    ed25519_private: args.hostKey.privateKey,
    ed25519_public: args.hostKey.publicKey,
  });
  expect(document.users).toEqual([
    expect.objectContaining({ name: "slipway", ssh_authorized_keys: args.authorizedKeys }),
  ]);
  expect(file("/etc/ssh/sshd_config.d/10-slipway.conf")).toContain("AllowUsers slipway\n");
});

test("Docker gives nobody new privileges, caps its logs, and can be a swarm", () => {
  expect(JSON.parse(file("/etc/docker/daemon.json") ?? "")).toMatchObject({
    "no-new-privileges": true,
    "live-restore": false,
    "log-opts": { "max-size": "10m" },
  });
});

test("Docker waits for the data where there is some", () => {
  const path = "/etc/systemd/system/docker.service.d/10-slipway.conf";
  expect(file(path)).toContain("Requires=slipway-disk.service");
  const without = parse(renderCloudInit({ ...args, dataDisk: false }));
  expect(without.write_files.map((one: { path: string }) => one.path)).not.toContain(path);
  expect(renderBootScript({ swapMb: 0, dataDisk: false })).not.toContain("slipway-disk");
});

test("no container gets to what is the machine's alone, such as its description with its keys", () => {
  const rules = file("/etc/systemd/system/docker.service.d/20-slipway-containers.conf");
  // Docker, which changes rules at the same time, would have them fail.
  expect(rules).not.toMatch(/iptables -(?!w )/);
  expect(rules).toContain("iptables -w -I DOCKER-USER -d 169.254.0.0/16 -p tcp ! --dport 53 -j DROP");
});

test("of the image's firewall two rules go, and it is never flushed", () => {
  const script = renderBootScript(args);
  expect(script).not.toMatch(/iptables -(?!w )/);
  expect(script).toContain('iptables -w -D "$chain" -j REJECT --reject-with icmp-host-prohibited');
  expect(script).not.toMatch(/iptables -w (-F|--flush|-X|-P)/);
});

test("nothing that changes from day to day is in the document", () => {
  expect(renderCloudInit(args)).toBe(text);
});
