import { expect, test } from "vitest";
import { REASONS } from "../../backup/backup-error.ts";
import { BackupFailed, runBackupProgram } from "../backup/run-backup-program.ts";
import type { StackEngine } from "../stack-engine.ts";
import { isUnusable, leavesDatabase } from "./restore-failure.ts";

test("of the reasons for which a restore fails, only these may come when the database has changed", () => {
  const changed = REASONS.filter((reason) => !leavesDatabase(new BackupFailed(reason, "why")));
  expect(changed).toEqual(["lock-lost", "unfinished", "unforeseen"]);
});

test("a stack that has no program to restore with has its database as it was", async () => {
  const docker = () => Promise.reject(new Error("Error: no such service: slipway-backups"));
  const engine = { docker, namePrefix: "slipway", stack: "local", env: {} } as unknown as StackEngine;
  const failure = await runBackupProgram(engine, ["backup", "show"]).catch((error: unknown) => error);
  expect(leavesDatabase(failure)).toBe(true);
  expect(String(failure)).toMatch(/has no service that takes backups: bring it up/);
});

test("a reason that is not known, and a failure that the program does not tell, say nothing of the database", () => {
  expect(leavesDatabase(new BackupFailed("from-a-newer-program", "why"))).toBe(false);
  expect(leavesDatabase(new Error("the engine does not answer"))).toBe(false);
});

test("only what is wrong with the restore point itself does not pass", () => {
  const lasting = REASONS.filter((reason) => isUnusable(new BackupFailed(reason, "why")));
  expect(lasting.sort()).toEqual(["damaged", "not-found", "object-damaged", "object-missing", "wrong-key"]);
  expect(isUnusable(new Error("Interrupted"))).toBe(false);
});
