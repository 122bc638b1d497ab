import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BackupError } from "../backup-error.ts";
import { recoveryError } from "./recover.ts";
import { restoreCommand } from "./restore-command.ts";

const PART = "repo1: 15-1/0000000100000000/000000010000000000000005-4987e8dc.zst";

/** What Postgres gets from the command, where pgBackRest ends so. */
function endOf(exitCode: number, said: string) {
  const program = join(mkdtempSync(join(tmpdir(), "restore-command-")), "pgbackrest");
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1 $2 $3" = "archive-get name path/name" ] && echo '${said}' >&2\nexit ${exitCode}\n`,
  );
  chmodSync(program, 0o755);
  const command = restoreCommand([program, "archive-get"]).replace("%f", "name").replace("%p", "path/name");
  const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
  expect(stderr.trim()).toBe(said);
  return status;
}

test.each([
  [0, 0, ""],
  [1, 1, ""],
  [1, 42, `ERROR: [042]: unable to get it:\n${PART} [CryptoError] unable to flush`],
  [1, 42, `ERROR: [042]: unable to get it:\n${PART} [FormatError] zst error: [-20] Data corruption detected`],
  [255, 42, `ERROR: [042]: unable to get it:\n${PART} [FileReadError] unable to read`],
  [
    255,
    103,
    "WARN: repo1: [HostConnectError] unable to load\nERROR: [103]: unable to find a valid repository",
  ],
  [255, 42, `ERROR: [042]: unable to get it:\n${PART} [FileWriteError] [28] No space left on device`],
])("the server gets %i where pgBackRest ends with %i: %s", (expected, exitCode, said) => {
  expect(endOf(exitCode, said)).toBe(expected);
});

/** What a server's last words mean for a base backup. */
const meant = (words: string) =>
  recoveryError(new BackupError("restore-failed", `the proof's server ended: LOG:  starting\n${words}`), {
    label: "20261125-020000F",
  });

test("a log that ends early is the base backup's own fault", () => {
  const early = "FATAL:  recovery ended before configured recovery target was reached";
  expect(meant(`${early}\nLOG:  shutting down`)).toMatchObject({ reason: "log-incomplete" });
});

test("a store that goes away while the log is replayed is not, and neither is a full disk", () => {
  const fatal = 'FATAL:  could not restore file "0005" from archive: child process exited with exit code 255';
  expect(meant(`ERROR: [103]: unable to find a valid repository\n2026 ${fatal}`)).toMatchObject({
    reason: "store-unreachable",
    message:
      "from base backup 20261125-020000F on, the log cannot be read: unable to find a valid repository",
  });
  const full = `ERROR: [042]: unable to get it:\n${PART} [FileWriteError] [28] No space left on device`;
  expect(meant(`${full}\n2026 ${fatal}`)).toMatchObject({ reason: "disk-full" });
});
