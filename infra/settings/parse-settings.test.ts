import { describe, expect, test } from "vitest";
import { z } from "zod";
import { megabytes, namePrefix, port } from "./fields.ts";
import { checkSettings, settingsError } from "./parse-settings.ts";

const Schema = z.strictObject({
  namePrefix: namePrefix(),
  postgres: z.strictObject({ memoryMb: megabytes(512), connectionsMax: z.number().int() }),
  app: z.strictObject({ logLevel: z.enum(["info", "warn"]), httpPort: port() }),
});

const right = {
  namePrefix: "slipway-abc",
  postgres: { memoryMb: 512, connectionsMax: 100 },
  app: { logLevel: "info", httpPort: 8080 },
};

function linesFor(values: unknown): string[] {
  const checked = checkSettings(Schema, values);
  return "faults" in checked ? [...settingsError("Pulumi.local.yaml", checked.faults).faults] : [];
}

describe("settings", () => {
  test("that are right are handed back", () => {
    expect(checkSettings(Schema, right)).toEqual({ settings: right });
  });

  const faulty: [string, unknown, string][] = [
    [
      "a number under its bound",
      { ...right, postgres: { ...right.postgres, memoryMb: 128 } },
      "Pulumi.local.yaml: postgres/memoryMb: must be at least 512 (got 128)",
    ],
    [
      "a number over its bound",
      { ...right, app: { ...right.app, httpPort: 70_000 } },
      "Pulumi.local.yaml: app/httpPort: must be at most 65535 (got 70000)",
    ],
    [
      "a text for a number",
      { ...right, postgres: { ...right.postgres, memoryMb: "lots" } },
      'Pulumi.local.yaml: postgres/memoryMb: must be a number (got "lots")',
    ],
    [
      "half a megabyte",
      { ...right, postgres: { ...right.postgres, memoryMb: 512.5 } },
      "Pulumi.local.yaml: postgres/memoryMb: must be a whole number (got 512.5)",
    ],
    [
      "a missing setting",
      { ...right, postgres: { memoryMb: 512 } },
      "Pulumi.local.yaml: postgres/connectionsMax: is missing: must be a number",
    ],
    [
      "a missing group",
      { namePrefix: right.namePrefix, postgres: right.postgres },
      "Pulumi.local.yaml: app: is missing: must be a group of settings",
    ],
    [
      "a misspelt setting",
      { ...right, postgres: { ...right.postgres, memoryMB: 512 } },
      "Pulumi.local.yaml: postgres/memoryMB: unknown setting; did you mean memoryMb?",
    ],
    [
      "a misspelt group",
      { ...right, postgre: {} },
      "Pulumi.local.yaml: postgre: unknown setting; did you mean postgres?",
    ],
    [
      "a setting like no other",
      { ...right, telemetry: true },
      "Pulumi.local.yaml: telemetry: unknown setting; known here: app, namePrefix, postgres",
    ],
    [
      "a word that is none of the choices",
      { ...right, app: { ...right.app, logLevel: "loud" } },
      'Pulumi.local.yaml: app/logLevel: must be one of info, warn (got "loud")',
    ],
    [
      "a name that the engine would refuse",
      { ...right, namePrefix: "My Stack" },
      'Pulumi.local.yaml: namePrefix: must be 3 to 32 lower-case letters, digits or dashes, a letter first (got "My Stack")',
    ],
  ];

  test.each(faulty)("with %s are refused in one line", (_case, values, line) => {
    expect(linesFor(values)).toEqual([line]);
  });

  test("show all their faults at once", () => {
    const lines = linesFor({ ...right, extra: 1, postgres: { memoryMb: 1, connectionsMax: "x" } });
    expect(lines).toHaveLength(3);
  });
});
