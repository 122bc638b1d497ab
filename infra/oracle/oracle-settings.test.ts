import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { checkSettings } from "../settings/parse-settings.ts";
import { OracleSettings } from "./oracle-settings.ts";

const text = readFileSync(join(import.meta.dirname, "../../Pulumi.prod.yaml"), "utf8");
const right = parse(text).config["slipway:oracle"];

function faults(changes: object): string[] {
  const checked = checkSettings(OracleSettings, { ...right, ...changes });
  return "faults" in checked
    ? checked.faults.map(({ path, message }) => `${path.join("/")}: ${message}`)
    : [];
}

test("the worked example is right, and free", () => {
  expect(faults({})).toEqual([]);
});

test.each(["0.0.0.0/0", "10.0.0.0/7", "203.0.113.7", "::/0", "300.1.1.1/32"])(
  "SSH from %s is refused",
  (cidr) => {
    expect(faults({ adminCidrs: [cidr] })).toHaveLength(1);
  },
);

test("machines over the free allowance are refused together, and allowed when they may cost", () => {
  expect(faults({ nodes: 3 })).toEqual([
    expect.stringContaining("machine/ocpus: asks for 6 Arm processors"),
    expect.stringContaining("machine/memoryGb: asks for 36 GB of memory"),
    expect.stringContaining("dataVolumeGb: asks for 250 GB"),
  ]);
  expect(faults({ nodes: 3, allowPaid: true })).toEqual([]);
});

test("an image that is no OCID is refused", () => {
  const machine = { ...right.machine, imageId: "Canonical-Ubuntu-24.04-latest" };
  expect(faults({ machine })).toEqual([expect.stringContaining("an OCID that starts with ocid1.image")]);
});

test("a small machine says what it has", () => {
  const machine = { ...right.machine, shape: "VM.Standard.E2.1.Micro" };
  expect(faults({ machine })).toEqual([expect.stringContaining("must have ocpus: 1 and memoryGb: 1")]);
});
