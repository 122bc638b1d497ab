import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Disturbance } from "../emulators/oci/emulator.ts";
import { commandsOf } from "./document-commands.ts";
import { askSite, type ProdSite } from "./prod-site.ts";
import { type ProdStack, prodStack } from "./prod-stack.ts";
import { siteBack } from "./site-health.ts";

let stack: ProdStack;
let site: ProdSite;
let datasetId: string;

/** Types a line as the operator, and returns the whole screen. */
const typed = (line: string) => stack.typed(`exec 2>&1; ${line}`);
const preview = () => typed("npx pulumi preview --stack prod --non-interactive");
const up = () => typed("npx pulumi up --stack prod --non-interactive --yes");

/** Does to the machine what nobody of the stack's asked for. */
async function disturb(what: Disturbance): Promise<void> {
  const { emulator, instanceId } = stack.tenancy;
  await emulator.disturb(instanceId("node-1"), what);
}

function resourcesOf(kind: string) {
  return Object.values(stack.tenancy.emulator.state.resources).filter((resource) => resource.kind === kind);
}

/** Everything serves, the data that was there before is there, and nothing is left to do. */
async function expectMended(): Promise<void> {
  await siteBack(site);
  expect((await askSite(site, `/api/v1/datasets/${datasetId}`)).status).toBe(200);
  await stack.pulumi("preview", "--expect-no-changes");
}

/** Whether a key opens the machine, by a connection of its own. */
function opens(key: string): Promise<boolean> {
  const files = `-F /dev/null -o UserKnownHostsFile=.slipway/ssh/prod/known_hosts -i ${key}`;
  const strict = "-o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o StrictHostKeyChecking=yes";
  return typed(`ssh ${files} ${strict} slipway@${site.address} true`).then(
    () => true,
    (error: Error) => {
      expect(error.message).toContain("Permission denied (publickey)");
      return false;
    },
  );
}

beforeAll(async () => {
  stack = await prodStack({});
  const { emulator } = stack.tenancy;
  // So that the machine is made in the second domain, where it would not be if there were room in both.
  const availabilityDomain = `${emulator.state.domainPrefix}:EU-FRANKFURT-1-AD-1`;
  emulator.fault({ operation: "CreateComputeCapacityReport", kind: "out-of-capacity", availabilityDomain });
  await stack.pulumi("up", "--yes");
  site = await stack.site();
  const body = JSON.stringify({ name: "boats", format: "text" });
  const headers = { "content-type": "application/json" };
  const made = await askSite(site, "/api/v1/datasets", { method: "POST", body, headers });
  datasetId = (JSON.parse(made.text) as { id: string }).id;
});

afterAll(() => stack?.remove());

/**
 * A service at the address of Oracle's, in a network of its own; then who reaches it: the machine, a container, and a
 * container without our rule.
 */
const ASK_ORACLE = `set -eu
unshare --net sleep 120 >/dev/null 2>&1 &
oracle=$!
until [ "$(readlink /proc/$oracle/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link add oracle type veth peer name machine netns $oracle
ip address add 169.254.0.1/16 dev oracle
ip link set oracle up
nsenter --target $oracle --net sh -ec '
  ip address add 169.254.169.254/16 dev machine
  ip link set machine up
  ip route add default via 169.254.0.1
  exec python3 -c "import socket, time; own = socket.create_server((\\"169.254.169.254\\", 80)); time.sleep(120)"' >/dev/null 2>&1 &
server=$!
ask="timeout 5 bash -c 'exec 3<>/dev/tcp/169.254.169.254/80'"
tries=0
until eval "$ask" 2>/dev/null || [ $((tries += 1)) -gt 50 ]; do sleep 0.1; done
container="nsenter --net=/proc/$(docker inspect --format '{{.State.Pid}}' "$(docker ps --quiet --filter name=edge)")/ns/net"
reaches() { if eval "$2 $ask" 2>/dev/null; then echo "$1 reaches it"; else echo "$1 does not"; fi; }
reaches machine ""
reaches container "$container"
rule=$(iptables -S DOCKER-USER | grep 169.254 | sed 's/^-A //')
iptables -D $rule
reaches "container without the rule" "$container"
iptables -I $rule
ip link del oracle
kill $server $oracle`;

describe("a machine of the prod stack", () => {
  test("keeps from its containers what is its own at Oracle, such as its description with its keys", async () => {
    const told = await stack.tenancy.onMachine("node-1", "bash", "-c", ASK_ORACLE);
    expect(told.trim().split("\n")).toEqual([
      "machine reaches it",
      "container does not",
      "container without the rule reaches it",
    ]);
  });

  test("whose key is rotated: the plan shows who is let in anew, and the old key opens nothing", async () => {
    const files = join(stack.checkout.root, ".slipway/ssh/prod");
    copyFileSync(join(files, "key"), join(files, "old-key"));
    expect(await opens(".slipway/ssh/prod/old-key")).toBe(true);
    const steps = readFileSync(join(stack.checkout.root, "docs/decisions/machine-steps.md"), "utf8");
    const [keepOld = "", makeNew = "", change = "", forgetOld = ""] = commandsOf(steps);
    await typed(keepOld);
    await typed(makeNew);
    expect(await preview()).toMatch(/command:local:Command node-1-swarm update[\s\S]*~ 1 to update\n/);
    expect(await typed(`${change} --non-interactive --yes`)).toMatch(/~ 1 updated\n/);
    await typed(forgetOld);
    expect(await opens(".slipway/ssh/prod/key")).toBe(true);
    expect(await opens(".slipway/ssh/prod/old-key")).toBe(false);
    await expectMended();
  });

  test("that somebody has stopped: a preview says so, and an up switches it on", async () => {
    await disturb("stop");
    expect(await preview()).toContain("node-1 is off (STOPPED). An up switches it on.");
    expect(await up()).toContain("No deploy lock is held: the machine that has it cannot be reached.");
    await expectMended();
  });

  test("that has lost its address: a preview says so, and an up gives it another one", async () => {
    await disturb("lose-address");
    const told = `node-1 has lost its public address ${site.address}, which is gone.`;
    const plan = await preview();
    expect(plan).toContain(told);
    expect(plan).toContain("oci:Core:PublicIp node-1-public-ip replace");
    await up();
    const before = site.address;
    site = await stack.site();
    expect(site.address).not.toBe(before);
    await expectMended();
  });

  test("that somebody has ended: the plan shows a new one, and an up makes it under the same data", async () => {
    await disturb("terminate");
    const report = await typed("npx slipway report --stack prod");
    expect(report).toContain("node-1 was ended by somebody else. An up makes another one");
    expect(report).toContain("Downtime class: reboot.");
    expect(report).toMatch(/replace +Instance node-1 /);
    expect(await up()).toContain("node-1 cannot be reached, so nothing is undone on it");
    await expectMended();
  });

  test("that is replaced: its data is unmounted, moves, and is there again, at the same address", async () => {
    const before = stack.tenancy.instanceId("node-1");
    const [, , , other] = resourcesOf("image");
    stack.set(["slipway:oracle", "machine", "imageId"], other?.id);
    const report = await typed("npx slipway report --stack prod");
    expect(report).toContain("Downtime class: reboot.");
    expect(report).toMatch(/replace +VolumeAttachment data-attachment +reboot +the data is unmounted/);
    // The emulator takes no disk out that is mounted: such an up would fail.
    await up();
    expect(stack.tenancy.instanceId("node-1")).not.toBe(before);
    expect((await stack.site()).address).toBe(site.address);
    await expectMended();
  });

  test("that is off: destroy takes all away but what is protected", async () => {
    await disturb("stop");
    await stack.pulumi("destroy", "--yes", "--exclude-protected");
    const left = Object.values(stack.tenancy.emulator.state.resources).filter(({ kind }) => kind !== "image");
    expect(left.map(({ kind }) => kind).sort()).toEqual(["bucket", "volume"]);
  });

  test("that is made again after that is where its data stayed, and uses it", async () => {
    await up();
    site = await stack.site();
    await expectMended();
    const [machine] = resourcesOf("instance");
    expect(machine?.properties.availabilityDomain).toMatch(/-AD-2$/);
  });
});
