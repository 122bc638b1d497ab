import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ContainerMachines, containerMachines } from "./container-machines.ts";
import { docker } from "./docker-engine.ts";
import type { CardRule, NetworkCard } from "./machines.ts";

const ID = "ocid1.instance.oc1.eu-frankfurt-1.aaaaaaaaaaaaaaaatest";
const VOLUME = { id: "ocid1.volume.oc1.eu-frankfurt-1.aaaaaaaaaaaaaaaadata", sizeInGbs: 50 };
const DEVICE = "/dev/oracleoci/oraclevdb";
const USER_DATA = `#cloud-config
write_files: [{ path: /etc/greeting, content: hello }]
package_update: true
`;

let directory: string;
let machines: ContainerMachines;
let card: NetworkCard;

const run = (...command: string[]) => docker(["exec", machines.containerName(ID), ...command]);
const shell = (script: string) => run("sh", "-c", script);

function ingress(port: number, source: string): CardRule {
  return { direction: "INGRESS", protocol: "6", others: [source], ports: { min: port, max: port } };
}

/** How the machine's public address answers this machine: a dropped packet is silence. */
function answerOf(port: number): Promise<"open" | "refused" | "silence"> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: card.publicAddress ?? "", timeout: 1_500 });
    const end = (answer: "open" | "refused" | "silence") => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end("open"));
    socket.once("timeout", () => end("silence"));
    socket.once("error", () => end("refused"));
  });
}

async function booted(): Promise<void> {
  await expect
    .poll(() => shell("cloud-init status").catch(String), { timeout: 120_000 })
    .toBe("status: done");
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "oci-machines-"));
  const images = join(import.meta.dirname, "../../.slipway/base-images.json");
  const { debian } = JSON.parse(readFileSync(images, "utf8")) as { debian: { reference: string } };
  machines = await containerMachines({ directory, debianImage: debian.reference });
  card = {
    vcnId: "vcn",
    privateAddress: "10.200.0.11/24",
    publicAddress: machines.publicAddresses()[0],
    rules: [
      ingress(22, `${machines.network.gateway}/32`),
      ingress(80, "0.0.0.0/0"),
      { direction: "EGRESS", protocol: "all", others: ["0.0.0.0/0"] },
    ],
  };
  const metadata = { user_data: Buffer.from(USER_DATA).toString("base64") };
  await machines.launch({ id: ID, hostname: "node-1", memoryInGbs: 1, metadata }, card);
});

afterAll(async () => {
  await machines.removeAll();
  const left = await docker(["ps", "--all", "--quiet", "--filter", `name=${machines.containerName(ID)}`]);
  expect(left).toBe("");
  rmSync(directory, { recursive: true, force: true });
});

test("cloud-init does what the document says, at a system of the machine's own", async () => {
  await booted();
  expect(await run("cat", "/etc/greeting")).toBe("hello");
  expect(await run("hostname")).toBe("node-1");
  expect(await run("ps", "-p", "1", "-o", "comm=")).toBe("systemd");
});

test("the image's own firewall refuses what the cloud lets in, and the cloud drops what the image lets in", async () => {
  const serve = (port: number) => `systemd-run -q python3 -m http.server ${port}`;
  await shell(`${serve(80)}; ${serve(8080)}; sleep 1`);
  expect([await answerOf(22), await answerOf(80), await answerOf(8080)]).toEqual([
    "open",
    "refused",
    "silence",
  ]);
  await shell("iptables -D INPUT -j REJECT --reject-with icmp-host-prohibited");
  expect([await answerOf(80), await answerOf(8080)]).toEqual(["open", "silence"]);
});

test("SSH answers the addresses in its rule alone", async () => {
  await machines.setCard(ID, { ...card, rules: [ingress(22, "192.0.2.1/32")] });
  expect(await answerOf(22)).toBe("silence");
  await machines.setCard(ID, card);
  expect(await answerOf(22)).toBe("open");
});

test("a machine without a public address reaches nobody", async () => {
  const ask = "getent hosts deb.debian.org >/dev/null && echo reached || echo alone";
  expect(await shell(ask)).toBe("reached");
  await machines.setCard(ID, { ...card, publicAddress: undefined });
  expect(await shell(ask)).toBe("alone");
  await machines.setCard(ID, card);
});

test("a disk is where the cloud says, and stays while it is mounted", async () => {
  await machines.attach(ID, VOLUME, DEVICE);
  await shell(`mkfs.ext4 -q ${DEVICE} && mount ${DEVICE} /mnt && echo kept >/mnt/file`);
  await expect(machines.detach(ID, VOLUME.id)).rejects.toThrow("is mounted");
  await run("umount", "/mnt");
  await machines.detach(ID, VOLUME.id);
  await expect(run("test", "-e", DEVICE)).rejects.toThrow();
  await machines.attach(ID, VOLUME, DEVICE);
});

test("a machine that reboots itself has its addresses, rules and disks again", async () => {
  await run("touch", "/run/before");
  await run("systemctl", "reboot").catch(() => {});
  await expect.poll(() => run("test", "!", "-e", "/run/before").catch(String), { timeout: 60_000 }).toBe("");
  await expect.poll(() => answerOf(22), { timeout: 60_000 }).toBe("open");
  expect(await answerOf(8080)).toBe("silence");
  await booted();
  expect(await shell(`mount ${DEVICE} /mnt && cat /mnt/file`)).toBe("kept");
});

test("a machine that is just coming up takes a disk", async () => {
  const other = { ...VOLUME, id: `${VOLUME.id}-other` };
  const pid = await docker(["inspect", "--format", "{{.State.Pid}}", machines.containerName(ID)]);
  // Its system ends at once, and the container's restart policy starts it.
  process.kill(Number(pid), "SIGKILL");
  await machines.attach(ID, other, "/dev/oracleoci/oraclevdc");
  await booted();
  await run("test", "-e", "/dev/oracleoci/oraclevdc");
  await machines.detach(ID, other.id);
});

test("a killed machine is dead until it is started", async () => {
  await machines.kill(ID);
  expect(await answerOf(22)).not.toBe("open");
  await machines.start(ID);
  await expect.poll(() => answerOf(22), { timeout: 60_000 }).toBe("open");
});

test("an ended machine lets its disks go, and a volume's data outlives it", async () => {
  await machines.terminate(ID);
  const { stdout } = await execa("losetup", ["--list", "--noheadings", "--output", "BACK-FILE"]);
  expect(stdout).not.toContain(directory);
  const metadata = { user_data: Buffer.from(USER_DATA).toString("base64") };
  await machines.launch({ id: ID, hostname: "node-1", memoryInGbs: 1, metadata }, card);
  await machines.attach(ID, VOLUME, DEVICE);
  expect(await shell(`mount ${DEVICE} /mnt && cat /mnt/file`)).toBe("kept");
});
