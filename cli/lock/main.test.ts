import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
/** It tries to give the lock back for longer, and says so at its first try. */
const TRIED_MS = 3_000;

/** Keeps a lock of an engine that nobody answers for, after its run has ended. */
async function keep(root: string): Promise<void> {
  await execa("node", [MAIN, root, `unix://${root}/no.sock`, "lock"], { reject: false, timeout: TRIED_MS });
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "keeps-lock-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("that a lock cannot be given back is noted in its checkout", async () => {
  const root = folder();
  mkdirSync(join(root, ".slipway"));
  await keep(root);
  expect(existsSync(join(root, ".slipway/logs/deploy-lock.log"))).toBe(true);
});

test("a checkout that somebody has removed stays removed", async () => {
  const root = join(folder(), "checkout");
  await keep(root);
  expect(existsSync(root)).toBe(false);
});
