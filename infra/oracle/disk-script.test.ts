import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DISK_SCRIPT_PATH, renderDiskReady } from "./disk-script.ts";

/** What the script does on a machine whose Docker runs or does not, with programs that only say how they are called. */
function done({ dockerRuns }: { dockerRuns: boolean }): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-disk-"));
  const program = (name: string, text: string) =>
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program("systemctl", `[ "$1" != is-active ] || exit ${dockerRuns ? 0 : 3}\necho "systemctl $*" >&2`);
  program("slipway-disk", "echo slipway-disk >&2");
  const script = renderDiskReady("/dev/null").replaceAll(DISK_SCRIPT_PATH, join(directory, "slipway-disk"));
  const env = { PATH: `${directory}:/usr/bin:/bin` };
  try {
    return execFileSync("sh", ["-euc", `exec 2>&1\n${script}`], { env, encoding: "utf8" });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("a volume that was made larger is used to its end, while Docker runs on", () => {
  expect(done({ dockerRuns: true })).toBe("slipway-disk\n");
});

test("a volume that was taken out is mounted again before Docker starts", () => {
  expect(done({ dockerRuns: false })).toBe(
    "systemctl restart slipway-disk.service\nsystemctl start docker.service\n",
  );
});
