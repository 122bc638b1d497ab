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

test("any other stack is on the engine that its state names", () => {
  const provider = { type: "pulumi:providers:docker", inputs: { host: "ssh://ubuntu@10.0.0.1" } };
  const state = { deployment: { resources: [{ type: "pulumi:pulumi:Stack" }, provider] } };
  expect(engineInState(JSON.stringify(state))).toBe("ssh://ubuntu@10.0.0.1");
  expect(engineInState(JSON.stringify({ deployment: null }))).toBeUndefined();
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
