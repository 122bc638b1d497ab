import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

const slipway = (...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, "slipway.ts"), ...args], { reject: false });

test("help names every verb and ends well", async () => {
  const { exitCode, stdout } = await slipway("--help");
  expect(exitCode).toBe(0);
  for (const verb of [
    "up",
    "down",
    "doctor",
    "toolchain",
    "report",
    "releases",
    "drift",
    "prune",
    "backup",
    "restore",
    "secrets",
  ])
    expect(stdout).toContain(`slipway ${verb}`);
});

test("no verb at all shows the help and is a mistake", async () => {
  const { exitCode, stdout } = await slipway();
  expect(exitCode).toBe(2);
  expect(stdout).toContain("slipway up");
});

test.each([
  [["sideways"], "slipway has no verb sideways"],
  [["up", "--purge"], "slipway up takes no --purge"],
  [["down", "now"], "slipway down takes no now"],
  [["report", "--json", "--md"], "slipway report takes --json or --md, not both"],
  [["down", "--allow-data-loss"], "slipway down takes no --allow-data-loss"],
  [["backup"], "slipway backup needs one of: now, base, list, verify"],
  [["backup", "burn"], "slipway backup needs one of: now, base, list, verify"],
  [["backup", "now", "twice"], "slipway backup takes no twice"],
  [["backup", "list", "--id", "x"], "slipway backup list takes no --id"],
  [["restore"], "slipway restore needs --to"],
  [["restore", "--to", "x", "--stack", "nowhere"], "Stack nowhere has no engine yet"],
  [["up", "--fast"], "Unknown option '--fast'"],
])("%j is refused with a plain line", async (args, message) => {
  const { exitCode, stderr } = await slipway(...args);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
});
