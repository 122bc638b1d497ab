import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { stackObjects } from "./engine-objects.ts";

/** A docker that knows one volume, and refuses to tell of services in these words. */
function engineThatSays(refusal: string): void {
  const bin = mkdtempSync(join(tmpdir(), "engine-objects-"));
  onTestFinished(() => rmSync(bin, { recursive: true }));
  const script = `case $1 in service) echo '${refusal}' >&2; exit 1 ;; volume) echo slipway-data ;; esac`;
  writeFileSync(join(bin, "docker"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "docker"), 0o755);
  vi.stubEnv("PATH", bin + delimiter + process.env.PATH);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test("an engine that has left its swarm keeps what is not the swarm's", async () => {
  engineThatSays('Error response from daemon: This node is not a swarm manager. Use "docker swarm init"');
  expect(await stackObjects("slipway")).toEqual([{ kind: "volume", name: "slipway-data" }]);
});

test("an engine that cannot tell is no empty one", async () => {
  engineThatSays("Cannot connect to the Docker daemon");
  await expect(stackObjects("slipway")).rejects.toThrow("Cannot connect to the Docker daemon");
});
