import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sshKey } from "./ssh-key.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ssh-key-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

test("OpenSSH reads the private key, and finds the public key in it", () => {
  const { privateKey, publicKey } = sshKey("seed", "node-1");
  const file = join(directory, "key");
  writeFileSync(file, privateKey, { mode: 0o600 });
  expect(execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim()).toBe(publicKey);
});

test("a seed gives each purpose a key of its own, and always the same one", () => {
  const key = sshKey("seed", "node-1");
  expect(sshKey("seed", "node-1")).toEqual(key);
  expect(sshKey("seed", "node-2").publicKey).not.toBe(key.publicKey);
  expect(sshKey("another", "node-1").publicKey).not.toBe(key.publicKey);
});
