import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { beforeChange } from "./before-change.ts";
import { LOCK_VARIABLE } from "./lock/lock-holders.ts";

beforeEach(() => {
  vi.stubEnv(LOCK_VARIABLE, "");
  return () => vi.unstubAllEnvs();
});

/** A change of a stack whose engine does not answer. */
function change(command: string, ...flags: string[]): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "slipway-change-"));
  writeFileSync(join(root, "Pulumi.local.yaml"), "config:\n  slipway:namePrefix: shop\n");
  const environment = { DOCKER_HOST: "unix:///tmp/no-engine-here.sock" };
  return beforeChange({ root, stack: "local", command, args: [command, ...flags], environment });
}

test("an engine that does not answer has nothing changed on it", async () => {
  await expect(change("up", "--allow-data-loss")).rejects.toThrow(/cannot be told, so nothing was changed/);
  await expect(change("refresh")).rejects.toThrow(/cannot be told, so nothing was changed/);
});

test("but a destroy goes on, and what an operator wants all the same", async () => {
  expect(await change("destroy")).toEqual([]);
  expect(await change("up", "--allow-data-loss", "--without-lock")).toEqual([]);
});
