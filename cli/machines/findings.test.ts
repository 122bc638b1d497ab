import { expect, test } from "vitest";
import { findingsIn, isLeadAway, mendingArguments } from "./findings.ts";

type Outputs = Record<string, unknown>;

const TYPES = {
  instance: "slipway:oracle:VirtualMachine$oci:Core/instance:Instance",
  address: "slipway:oracle:VirtualMachine$oci:Core/publicIp:PublicIp",
  disk: "oci:Core/volumeAttachment:VolumeAttachment",
};

const urnOf = (kind: keyof typeof TYPES, name: string) => `urn:pulumi:prod::slipway::${TYPES[kind]}::${name}`;

/** One step of a refresh, as CLI 3.253.0 tells it. */
function step(kind: keyof typeof TYPES, name: string, op: string, before: Outputs, after: Outputs) {
  const type = TYPES[kind].split("$").at(-1);
  const state = (outputs: Outputs) => ({ type, custom: true, outputs });
  return {
    ...{ op, urn: urnOf(kind, name), oldState: state(before) },
    ...(op === "delete" ? {} : { newState: state(after) }),
  };
}

const instance = (name: string, op: string, state: string) =>
  step("instance", name, op, { state: "RUNNING" }, { state });
const address = (name: string, op: string, assignedEntityId: string) =>
  step(
    "address",
    `${name}-public-ip`,
    op,
    { ipAddress: "192.0.2.7", assignedEntityId: "private-1" },
    { ipAddress: "192.0.2.7", assignedEntityId },
  );
const disk = (op: string) =>
  step("disk", "data-attachment", op, { state: "ATTACHED" }, { state: "ATTACHED" });

const found = (...steps: object[]) => findingsIn(JSON.stringify({ steps }));
const told = (...steps: object[]) =>
  found(...steps).map(({ node, what, remedy }) => `${node} ${what}: ${remedy}`);

test("nothing is told of machines that are as they were left", () => {
  const steps = [instance("node-1", "refresh", "RUNNING"), address("node-1", "refresh", "private-1")];
  expect(found(...steps, disk("refresh"))).toEqual([]);
  expect(findingsIn("{}")).toEqual([]);
});

test("a machine that is off is switched on, and what comes after waits for it", () => {
  const findings = found(instance("node-2", "update", "STOPPED"));
  expect(told(instance("node-2", "update", "STOPPED"))).toEqual(["node-2 is off (STOPPED): switches it on"]);
  expect(findings[0]?.adopt).toEqual([urnOf("instance", "node-2")]);
  expect(mendingArguments(findings)).toEqual(["--replace", "**::node-2-swarm"]);
  expect(isLeadAway(findings)).toBe(false);
  expect(isLeadAway(found(instance("node-1", "update", "STOPPING")))).toBe(true);
});

test("a machine that begins to run needs nothing", () => {
  expect(found(instance("node-1", "update", "STARTING"))).toEqual([]);
});

test.each([
  ["delete", ""],
  ["update", "TERMINATING"],
])(
  "a machine that was ended (%s %s) is made anew; that its address and disk lead nowhere is no news",
  (op, state) => {
    const steps = [instance("node-1", op, state), address("node-1", "update", ""), disk("delete")];
    expect(told(...steps)).toEqual([
      "node-1 was ended by somebody else: makes another one, with all that runs on it",
    ]);
    expect(mendingArguments(found(...steps))).toEqual(["--replace", urnOf("instance", "node-1")]);
    expect(isLeadAway(found(...steps))).toBe(true);
  },
);

test("an address that is gone is told with its number, and another one is asked for", () => {
  const steps = [instance("node-1", "refresh", "RUNNING"), address("node-1", "delete", "")];
  expect(told(...steps)[0]).toContain("node-1 has lost its public address 192.0.2.7, which is gone");
  expect(mendingArguments(found(...steps))).toEqual(["--replace", urnOf("address", "node-1-public-ip")]);
  expect(isLeadAway(found(...steps))).toBe(true);
});

test("an address that leads elsewhere is led back, by telling the state the truth", () => {
  const [finding, ...more] = found(address("node-1", "update", "private-9"));
  expect(finding?.adopt).toEqual([urnOf("address", "node-1-public-ip")]);
  expect(finding?.replace).toEqual([]);
  expect(more).toEqual([]);
});

test("a disk that was taken out is attached again, and nothing else is", () => {
  const findings = found(instance("node-1", "refresh", "RUNNING"), disk("delete"));
  expect(mendingArguments(findings)).toEqual(["--replace", urnOf("disk", "data-attachment")]);
  expect(isLeadAway(findings)).toBe(false);
});
