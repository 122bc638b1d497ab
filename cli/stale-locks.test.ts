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

const ended = () => spawnSync(process.execPath, ["--version"]).pid;

test("the lock of a killed run on this machine is removed", async () => {
  const pid = ended();
  const { state, file } = locked(pid, hostname());
  expect(await removeStaleLocks(state, "local")).toEqual([pid]);
  expect(existsSync(file)).toBe(false);
});

test("the lock of a run that goes on, of another stack or of another machine stays", async () => {
  const running = locked(process.pid, hostname());
  const elsewhere = locked(ended(), "another-machine");
  const otherStack = locked(ended(), hostname());
  expect(await removeStaleLocks(running.state, "local")).toEqual([]);
  expect(await removeStaleLocks(elsewhere.state, "local")).toEqual([]);
  expect(await removeStaleLocks(otherStack.state, "prod")).toEqual([]);
  expect([running, elsewhere, otherStack].every(({ file }) => existsSync(file))).toBe(true);
});
