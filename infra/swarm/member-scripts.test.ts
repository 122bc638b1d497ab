import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptText } from "./machine-step-spec.ts";
import { renderUnmountScript } from "./member-scripts.ts";

const OWN = "ocid1.instance.oc1.eu-frankfurt-1.own";

let machine: string;

beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "member-scripts-"));
  // Programs that would change this machine say what they were asked instead.
  for (const program of ["systemctl", "sync", "mountpoint", "umount"])
    writeFileSync(join(machine, program), '#!/bin/sh\necho "$(basename "$0") $*"\n', { mode: 0o755 });
  writeFileSync(join(machine, "instance-id"), `${OWN}\n`);
});

afterEach(() => rmSync(machine, { recursive: true }));

/** What the machine does when the step of an instance is undone. */
function unmount(instance: string): string {
  const script = renderUnmountScript("/data", join(machine, "instance-id"));
  const env = { PATH: [machine, process.env.PATH].join(delimiter) };
  return execFileSync("sh", ["-s"], {
    ...{ input: `exec 2>&1\n${scriptText(script, { INSTANCE: instance })}`, env, encoding: "utf8" },
  });
}

test("a machine lets go of its disk, with Docker stopped first", () => {
  expect(unmount(OWN)).toMatch(
    /^systemctl stop docker.*\nsystemctl stop slipway-disk.service\nsync \nmountpoint -q \/data\numount \/data\n$/s,
  );
});

test("a machine that has come to another's address keeps its disk and its Docker, and says so", () => {
  expect(unmount("ocid1.instance.oc1.eu-frankfurt-1.before")).toBe(
    `${OWN} has the address of ocid1.instance.oc1.eu-frankfurt-1.before now, and keeps its disk\n`,
  );
});

test("a machine that does not know what it is lets go", () => {
  rmSync(join(machine, "instance-id"));
  expect(unmount(OWN)).toContain("umount /data");
});
