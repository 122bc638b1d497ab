import { expect, test } from "vitest";
import { BackupError, REASONS } from "./backup-error.ts";
import { ownFault } from "./own-fault.ts";

test("a backup is bad for its own faults alone: not for a disk, a server or a store that failed its proof", () => {
  const bad = REASONS.filter((reason) => ownFault(new BackupError(reason, "what is wrong")) !== undefined);
  expect(bad.sort()).toEqual([
    ...["answer-differs", "damaged", "log-incomplete", "object-damaged", "object-missing", "rows-differ"],
  ]);
  expect(ownFault(new BackupError("damaged", "other bytes"))).toEqual({
    state: "bad",
    reason: "damaged",
    detail: "damaged: other bytes",
  });
});
