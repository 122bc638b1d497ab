import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeStaleLocks } from "./stale-locks.ts";

function locked(pid: number, host: string): { state: string; file: string } {
  const state = mkdtempSync(join(tmpdir(), "slipway-locks-"));
  const directory = join(state, ".pulumi/locks/organization/slipway/local");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "0b5c.json");
  writeFileSync(
    file,
    JSON.stringify({ pid, username: "me", hostname: host, timestamp: "2026-11-24T00:00:00Z" }),
  );
  return { state, file };
}

function ended(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

test("the lock of a killed run on this machine is removed", async () => {
  const pid = ended();
  const { state, file } = locked(pid, hostname());
  writeFileSync(`${file}.attrs`, JSON.stringify({ "user.content_type": "text/plain" }));
  expect(await removeStaleLocks(state, "local")).toEqual([pid]);
  expect([file, `${file}.attrs`].filter(existsSync)).toEqual([]);
});

test.each([
  ["goes on", process.pid, hostname()],
  ["is on another machine", ended(), "another-machine"],
])("the lock of a run that %s stays, and its owner is named", async (_, pid, host) => {
  const { state, file } = locked(pid, host);
  const owner = `Another Pulumi run works on stack local: process ${pid} of me on ${host}`;
  await expect(removeStaleLocks(state, "local")).rejects.toThrow(owner);
  expect(existsSync(file)).toBe(true);
});

test("the lock of another stack is none of its business", async () => {
  const { state, file } = locked(ended(), hostname());
  expect(await removeStaleLocks(state, "prod")).toEqual([]);
  expect(existsSync(file)).toBe(true);
});
