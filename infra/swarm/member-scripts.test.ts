import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptText } from "./machine-step-spec.ts";
import { renderReadyScript, renderUnmountScript } from "./member-scripts.ts";

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

/** What the step does that waits for a machine, on one whose cloud-init says this. */
function waitUntilReady(state: string, bootScript: string) {
  writeFileSync(join(machine, "cloud-init"), `#!/bin/sh\necho "status: ${state}"\n`, { mode: 0o755 });
  writeFileSync(join(machine, "docker"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(machine, "slipway-boot"), `#!/bin/sh\n${bootScript}\n`);
  writeFileSync(join(machine, "keys"), "a key");
  const member = { user: "slipway", bootScript: join(machine, "slipway-boot") };
  const script = renderReadyScript(member, "", join(machine, "log"));
  const input = scriptText(script.replaceAll(/keys=.*/g, `keys=${machine}/keys`), {
    AUTHORIZED_KEYS: "a key",
  });
  const env = { PATH: [machine, process.env.PATH].join(delimiter) };
  const { status, stderr } = spawnSync("sh", ["-s"], { input, env, encoding: "utf8", timeout: 20_000 });
  return { status, stderr };
}

test("a machine whose first boot is done is ready", () => {
  expect(waitUntilReady("done", "true")).toEqual({ status: 0, stderr: "" });
});

test("a first boot that gave up, as without the packages, is tried again", () => {
  const { status, stderr } = waitUntilReady("error", "echo packages are there now");
  expect(stderr).toMatch(/^cloud-init ended with error: the rest of the first boot is tried again.*\n$/);
  expect(status).toBe(0);
  expect(readFileSync(join(machine, "log"), "utf8")).toBe("packages are there now\n");
});

test("a first boot that gives up again is told with its last lines", () => {
  const { status, stderr } = waitUntilReady("error", "echo no packages yet; exit 1");
  expect(status).toBe(1);
  expect(stderr).toMatch(/no packages yet\nthe first boot cannot be done\n$/);
});

test("a first boot that gave up is done also after a reboot, when cloud-init has nothing to say against it", () => {
  expect(waitUntilReady("done", "echo packages are there now").status).toBe(0);
  expect(readFileSync(join(machine, "log"), "utf8")).toBe("packages are there now\n");
});
