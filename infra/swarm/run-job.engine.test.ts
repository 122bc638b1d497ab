import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBaseImages } from "./base-images.ts";
import type { JobSpec } from "./job-command.ts";
import { runJob } from "./run-job.ts";

const { nginx } = readBaseImages(join(import.meta.dirname, "../.."));

const NAME = `slipway-test-job-${process.pid}`;

function job(script: string): JobSpec {
  return {
    name: NAME,
    image: nginx.reference,
    args: ["sh", "-c", script],
    user: 101,
    memoryMb: 32,
    cpus: 0.5,
    env: { GREETING: "hello" },
    secrets: [],
    configs: [],
    networks: [],
    labels: {},
    timeoutSeconds: 60,
  };
}

/** Names of all services and containers, ended ones included. */
function leftOver(): string {
  const list = (args: string[]) => execFileSync("docker", args, { encoding: "utf8" });
  return list(["service", "ls", "--format", "{{.Name}}"]) + list(["ps", "--all", "--format", "{{.Names}}"]);
}

test("a job that succeeds runs as its user on a read-only root, and leaves nothing behind", async () => {
  const script = 'test "$(id -u)" = 101 && test "$GREETING" = hello && touch /tmp/x && ! touch /x';
  await runJob(job(script));
  expect(leftOver()).not.toContain(NAME);
});

test("a job that fails tells its last lines, of both its streams, and leaves nothing behind", async () => {
  const script =
    "echo applying; sleep 0.1; echo the column is missing >&2; sleep 0.1; echo giving up; exit 3";
  await expect(runJob(job(script))).rejects.toThrow(
    /failed: task: non-zero exit \(3\).*\napplying\nthe column is missing\ngiving up\n/,
  );
  expect(leftOver()).not.toContain(NAME);
});
