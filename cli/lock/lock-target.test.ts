import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineInState, lockTarget } from "./lock-target.ts";

function checkout(settings: string): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-target-"));
  writeFileSync(join(root, "Pulumi.local.yaml"), settings);
  return root;
}

test("the local stack is on the engine that DOCKER_HOST names, else on this machine's", async () => {
  const root = checkout("config:\n  slipway:namePrefix: slipway-abc\n");
  const at = (environment: NodeJS.ProcessEnv) => lockTarget(root, "local", environment);
  expect(await at({})).toEqual({ host: "unix:///var/run/docker.sock", namePrefix: "slipway-abc" });
  expect(await at({ DOCKER_HOST: "ssh://me@there" })).toMatchObject({ host: "ssh://me@there" });
});

test("a stack without a name in an engine has no lock to take", async () => {
  expect(await lockTarget(checkout("config: {}\n"), "local", {})).toBeUndefined();
  expect(await lockTarget(checkout("config: {}\n"), "railway", {})).toBeUndefined();
});

const provider = { type: "pulumi:providers:docker", inputs: { host: "ssh://ubuntu@10.0.0.1" } };

/** The engine that a state with the provider and these resources names. */
function engineIn(...resources: [type: string, name: string][]) {
  const others = resources.map(([type, name]) => ({
    type,
    urn: `urn:pulumi:prod::slipway::${type}::${name}`,
  }));
  const state = { deployment: { resources: [...others, { ...provider, urn: "a::engine" }] } };
  return engineInState(JSON.stringify(state));
}

test("any other stack is on the engine that its state names", () => {
  expect(engineIn(["pulumi:pulumi:Stack", "slipway-prod"])).toBe("ssh://ubuntu@10.0.0.1");
  expect(engineInState(JSON.stringify({ deployment: null }))).toBeUndefined();
});

const volume: [string, string] = ["oci:Core/volume:Volume", "data"];
const instance: [string, string] = ["oci:Core/instance:Instance", "node-1"];
const attachment: [string, string] = ["oci:Core/volumeAttachment:VolumeAttachment", "data-attachment"];
const swarm: [string, string] = ["command:local:Command", "node-1-swarm"];

test("so is one on a machine that is whole", () => {
  expect(engineIn(volume, instance, attachment, swarm)).toBe("ssh://ubuntu@10.0.0.1");
});

test.each([
  ["whose launch found no room", [volume]],
  ["whose first boot gave up", [volume, instance, attachment]],
  ["whose disk did not come", [volume, instance, swarm]],
])("one on a machine %s has no engine with a lock, and an up may go on with it", (_, left) => {
  expect(engineIn(...left)).toBeUndefined();
});

test("a stack that was never made has no engine; one whose state cannot be read may have one", async () => {
  const root = checkout("config: {}\n");
  writeFileSync(join(root, "Pulumi.prod.yaml"), "config:\n  slipway:namePrefix: slipway\n");
  mkdirSync(join(root, "cli/bin"), { recursive: true });
  const says = (words: string) =>
    writeFileSync(join(root, "cli/bin/pulumi"), `#!/bin/sh\necho "error: ${words}" >&2\nexit 255\n`, {
      mode: 0o755,
    });
  says("no stack named 'prod' found");
  expect(await lockTarget(root, "prod", {})).toBeUndefined();
  says("could not load the state: no such host");
  await expect(lockTarget(root, "prod", {})).rejects.toThrow(
    "pulumi stack export: error: could not load the state",
  );
});
