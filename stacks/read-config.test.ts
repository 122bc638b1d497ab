import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { recordProgram } from "../infra/recording/record-program.ts";
import { exampleConfig, exampleText } from "./golden/example-config.ts";
import { readConfig } from "./read-config.ts";
import { CONTAINER_SECRETS, ContainerSettings } from "./settings.ts";
import { stackNamed } from "./stack-table.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "read-config-"));
});

afterEach(() => rmSync(root, { recursive: true }));

const secretConfig = Object.fromEntries(CONTAINER_SECRETS.map((name) => [`slipway:${name}`, name]));

/** Reads a settings file as Pulumi hands it to the program. */
function read(text: string, secrets: Record<string, string> = secretConfig) {
  writeFileSync(join(root, "Pulumi.local.yaml"), text);
  return recordProgram(
    () => readConfig({ root, schema: ContainerSettings, secretNames: CONTAINER_SECRETS }),
    { config: exampleConfig(text), secretConfig: secrets },
  );
}

/** The example with a setting changed, by its path; undefined deletes it. */
function changed(path: string[], value: unknown): string {
  const document = parseDocument(exampleText());
  document.setIn(["config", `slipway:${path[0]}`, ...path.slice(1)], value);
  return document.toString({ lineWidth: 0 });
}

function lineOf(text: string, part: string): number {
  return text.split("\n").findIndex((line) => line.includes(part)) + 1;
}

describe("the local stack's settings", () => {
  test("are right as the worked example has them", async () => {
    const { result } = await read(exampleText());
    expect(result.settings.backend.replicas).toBe(2);
    expect(Object.keys(result.secrets)).toEqual([...CONTAINER_SECRETS]);
  });

  test("point at the line of a number under its bound", async () => {
    const text = changed(["postgres", "memoryMb"], 65);
    await expect(read(text)).rejects.toThrow(
      `Pulumi.local.yaml: postgres/memoryMb: must be at least 128 (got 65) [line ${lineOf(text, "memoryMb: 65")}]`,
    );
  });

  test("point at the line of an unknown setting", async () => {
    const text = changed(["edge", "httpprt"], 8080);
    await expect(read(text)).rejects.toThrow(
      `Pulumi.local.yaml: edge/httpprt: unknown setting; did you mean httpPort? [line ${lineOf(text, "httpprt")}]`,
    );
  });

  test("keep the app's connections within the server's, updates included", async () => {
    await expect(read(changed(["postgres", "connectionsMax"], 50))).rejects.toThrow(
      "postgres/connectionsMax: must be at least 95, which backends and workers may open during an update (got 50)",
    );
  });

  test("name every missing secret, and the command that makes them", async () => {
    const { "slipway:apiToken": _, "slipway:postgresTlsKey": __, ...rest } = secretConfig;
    await expect(read(exampleText(), rest)).rejects.toThrow(
      'Pulumi.local.yaml: secrets are missing (apiToken, postgresTlsKey): run "npx slipway secrets --stack local"',
    );
  });
});

test("a stack that is none is answered with the names of those that are", () => {
  expect(() => stackNamed("staging")).toThrow("There is no stack named staging: the stacks are local, prod.");
});
