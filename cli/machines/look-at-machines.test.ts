import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Finding } from "./findings.ts";
import { furtherArguments, hasMachines, lookAtMachines } from "./look-at-machines.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-machines-"));
writeFileSync(join(root, "Pulumi.prod.yaml"), "config:\n  slipway:oracle:\n    nodes: 1\n");
writeFileSync(join(root, "Pulumi.other.yaml"), "config:\n  slipway:namePrefix: other\n");
writeFileSync(join(root, "Pulumi.empty.yaml"), "");

afterAll(() => rmSync(root, { recursive: true }));

const finding: Finding = {
  ...{ node: "node-1", what: "was ended", remedy: "makes another one" },
  ...{ adopt: [], replace: ["urn:node-1"], isAway: true },
};

test("only stacks with machines at Oracle are looked at", async () => {
  expect(["prod", "other", "empty", "missing"].filter((stack) => hasMachines(root, stack))).toEqual(["prod"]);
  const said: string[] = [];
  const look = { root, environment: {}, say: (line: string) => said.push(line) };
  expect(await lookAtMachines({ ...look, stack: "other" })).toEqual({ findings: [], isLeadAway: false });
  expect(said).toEqual([]);
});

test("machines that cannot be looked at are said to be so, and the command goes on", async () => {
  const said: string[] = [];
  const look = { root, stack: "prod", environment: {}, say: (line: string) => said.push(line) };
  expect(await lookAtMachines(look)).toEqual({ findings: [], isLeadAway: false });
  expect(said).toEqual([
    "Looking at the machines of stack prod.",
    expect.stringContaining("The machines could not be looked at: "),
  ]);
});

test("a command that chooses its targets itself gets no further ones", () => {
  const seen = { findings: [finding], isLeadAway: true };
  expect(furtherArguments(seen, ["up", "--yes"])).toEqual(["--replace", "urn:node-1"]);
  expect(furtherArguments(seen, ["up", "--target", "urn:x"])).toEqual([]);
  expect(furtherArguments(seen, ["preview", "-x=urn:x"])).toEqual([]);
});
