import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ensureLocalSettings, renderLocalSettings } from "./local-settings.ts";

const example = `config:
  # The first part of every name on the engine.
  slipway:namePrefix: slipway
  slipway:edge:
    httpPort: 8080 # where the site is served
    memoryMb: 64
  slipway:registry:
    port: 5000
`;

function checkout(): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-settings-"));
  mkdirSync(join(root, "stacks"));
  writeFileSync(join(root, "stacks/local.example.yaml"), example);
  return root;
}

test("a checkout's names and ports are filled in, and comments and other settings stay", () => {
  const text = renderLocalSettings(example, {
    namePrefix: "slipway-abc123",
    httpPort: 21000,
    registryPort: 21001,
  });
  expect(text).toContain("# where the site is served");
  expect(text).toContain("# The first part of every name on the engine.");
  expect(parse(text).config).toEqual({
    "slipway:namePrefix": "slipway-abc123",
    "slipway:edge": { httpPort: 21000, memoryMb: 64 },
    "slipway:registry": { port: 21001 },
  });
});

test("two checkouts get names and ports of their own", async () => {
  const [one, other] = [checkout(), checkout()];
  await Promise.all([ensureLocalSettings({ root: one }), ensureLocalSettings({ root: other })]);
  const settings = [one, other].map(
    (root) => parse(readFileSync(join(root, "Pulumi.local.yaml"), "utf8")).config,
  );
  expect(settings[0]["slipway:namePrefix"]).not.toBe(settings[1]["slipway:namePrefix"]);
  expect(settings[0]["slipway:edge"].httpPort).not.toBe(settings[1]["slipway:edge"].httpPort);
});

test("settings that are there are never written over", async () => {
  const root = checkout();
  writeFileSync(join(root, "Pulumi.local.yaml"), "mine");
  expect(await ensureLocalSettings({ root })).toBe(false);
  expect(readFileSync(join(root, "Pulumi.local.yaml"), "utf8")).toBe("mine");
});
