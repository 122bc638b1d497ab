import { expect, test } from "vitest";
import { classify } from "./classify.ts";
import type { Change } from "./preview.ts";

const SERVICE = "docker:index/service:Service";

function change(given: Partial<Change>): Change {
  const urn = "urn:pulumi:local::slipway::type::thing";
  const plain = { isProtected: false, isRetained: false, before: {}, after: {}, properties: [] };
  return { ...plain, operation: "update", urn, type: SERVICE, name: "thing", ...given };
}

const startFirst = { updateConfig: { order: "start-first" } };

test("the worst of an update's properties decides, and the reason names it alone", () => {
  const after = { ...startFirst, mode: { replicated: { replicas: 0 } } };
  const { downtime, why } = classify(change({ after, properties: ["labels", "taskSpec.x", "mode"] }));
  expect(downtime).toBe("brief stop");
  expect(why).toBe("no replica is left to answer (mode)");
});

test("a service without an order of updates is stop-first, as the engine has it", () => {
  expect(classify(change({ properties: ["taskSpec.x"] })).downtime).toBe("brief stop");
  expect(classify(change({ properties: ["taskSpec.x"], after: startFirst })).downtime).toBe("zero");
});

test("a volume more is no danger, a volume less is", () => {
  const mounts = (...sources: string[]) => ({
    ...startFirst,
    taskSpec: { containerSpec: { mounts: sources.map((source) => ({ type: "volume", source })) } },
  });
  const properties = ["taskSpec.containerSpec.mounts"];
  const more = change({ before: mounts("a"), after: mounts("b", "a"), properties });
  const less = change({ before: mounts("b", "a"), after: mounts("b"), properties });
  expect(classify(more).downtime).toBe("zero");
  expect(classify(less).downtime).toBe("data at risk");
});

test("a volume whose engine is not known yet may be the same; one that is known, or has no place any more, is not", () => {
  const mount = (source: string, target = "/data") => ({ type: "volume", source, target });
  const mounts = (...all: object[]) =>
    ({ ...startFirst, taskSpec: { containerSpec: { mounts: all } } }) as Change["after"];
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const before = mounts(mount("a"), mount("b", "/more"));
  const after = (...all: object[]) =>
    classify(change({ before, after: mounts(...all), properties: ["taskSpec"] })).downtime;
  expect(after(mount(unknown), mount(unknown, "/more"))).toBe("zero");
  expect(after(mount(unknown), mount("c", "/more"))).toBe("data at risk");
  expect(after(mount(unknown))).toBe("data at risk");
  expect(after(mount(unknown), mount(unknown, "/elsewhere"))).toBe("data at risk");
});

test("a disk that is attached to another machine is the same disk, or data at risk", () => {
  const attachment = { type: "oci:Core/volumeAttachment:VolumeAttachment", operation: "replace" } as const;
  const to = (volumeId: string) =>
    classify(change({ ...attachment, before: { volumeId: "data" }, after: { volumeId } })).downtime;
  expect(to("data")).toBe("reboot");
  expect(to("other")).toBe("data at risk");
  expect(to("04da6b54-80e4-46f7-96ec-b56ff0331ba9")).toBe("data at risk");
});

test("a property that no rule of a known type knows is a brief stop, and said to be", () => {
  const { downtime, why } = classify(change({ properties: ["auth"], after: startFirst }));
  expect(downtime).toBe("brief stop");
  expect(why).toContain("no rule knows this change, treated as brief stop (auth)");
});

test("an operation that is not known is a brief stop, even of what is otherwise harmless", () => {
  const { downtime, why } = classify(change({ operation: "unknown", type: "docker:index/tag:Tag" }));
  expect(downtime).toBe("brief stop");
  expect(why).toContain("unknown");
});

test("whatever is protected is at risk when it goes, of any type; to change it in place is not", () => {
  const strange = { type: "strange:index:Thing", isProtected: true } as const;
  expect(classify(change({ ...strange, operation: "delete" })).downtime).toBe("data at risk");
  expect(classify(change({ ...strange, operation: "replace" })).downtime).toBe("data at risk");
  expect(classify(change({ ...strange, operation: "update" })).downtime).toBe("brief stop");
});

test("a volume that is kept in the engine is at risk too, with another reason", () => {
  const volume = { type: "docker:index/volume:Volume", operation: "delete" } as const;
  expect(classify(change({ ...volume, isRetained: true })).why).toContain("its data stays in the engine");
  expect(classify(change(volume)).why).toContain("the volume goes, with the data in it");
});

test.each([
  ["oci:Core/instance:Instance", "update", ["shapeConfig.ocpus"], "reboot"],
  ["oci:Core/instance:Instance", "update", ["displayName"], "zero"],
  ["oci:Core/instance:Instance", "update", ["state"], "reboot"],
  ["oci:Core/instance:Instance", "replace", [], "reboot"],
  ["oci:Core/instance:Instance", "delete", [], "data at risk"],
  ["oci:Core/publicIp:PublicIp", "replace", [], "brief stop"],
  ["oci:Core/publicIp:PublicIp", "update", ["privateIpId"], "zero"],
  ["oci:Core/volume:Volume", "update", ["sizeInGbs"], "zero"],
  ["oci:Core/volume:Volume", "delete", [], "data at risk"],
  ["oci:Core/volumeAttachment:VolumeAttachment", "replace", [], "data at risk"],
  ["docker:index/volume:Volume", "update", ["name"], "data at risk"],
  ["docker:index/container:Container", "replace", ["image"], "brief stop"],
  ["docker:index/network:Network", "create", [], "zero"],
] as const)("%s, %s of %j: %s", (type, operation, properties, downtime) => {
  expect(classify(change({ type, operation, properties })).downtime).toBe(downtime);
});

test.each([
  ["oci:Core/instance:Instance", "node-2", "delete", "zero"],
  ["oci:Core/instance:Instance", "node-2", "replace", "brief stop"],
  ["oci:Core/publicIp:PublicIp", "node-2-public-ip", "delete", "zero"],
  ["oci:Core/instance:Instance", "node-1", "delete", "data at risk"],
  ["oci:Core/instance:Instance", "node-1", "replace", "reboot"],
  ["oci:Core/publicIp:PublicIp", "node-1-public-ip", "delete", "brief stop"],
] as const)(
  "a machine that is one of several can go, the one with the data cannot: %s %s, %s: %s",
  (type, name, operation, downtime) => {
    expect(classify(change({ type, name, operation })).downtime).toBe(downtime);
  },
);
