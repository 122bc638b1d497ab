import { expect, test } from "vitest";
import { otherEngines, othersUp } from "./other-engines.ts";

test("the other machines that are up are asked, the first and those that are down are not", () => {
  const listed = "node-1 Ready\nnode-2 Ready\nnode-3 Down\nnode-4 Unknown\n";
  expect(othersUp(listed, "node-1")).toEqual(["node-2"]);
});

test("a stack on this machine's own engine has no others, and the engine is not even asked", async () => {
  const docker = () => Promise.reject(new Error("asked"));
  const engine = { host: "unix:///var/run/docker.sock", namePrefix: "slipway", env: {}, docker };
  expect(await otherEngines(engine)).toEqual([]);
});

test("machines over SSH are reached as the first one is", async () => {
  const docker = async () => "node-1 Ready\nnode-2 Ready\nnode-3 Ready\n";
  const engine = { host: "ssh://slipway@node-1", namePrefix: "slipway", env: {}, docker };
  expect(await otherEngines(engine)).toHaveLength(2);
});
