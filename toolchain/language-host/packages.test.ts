import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { installedPackages, installedProviders, requiredProviders } from "./packages.ts";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function tree(packages: Record<string, object>): string {
  const root = mkdtempSync(join(tmpdir(), "slipway-packages-"));
  directories.push(root);
  for (const [path, manifest] of Object.entries(packages)) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, "package.json"), JSON.stringify(manifest));
  }
  return root;
}

test("packages of outer directories, of scopes and nested in others are all found", () => {
  const root = tree({
    "node_modules/plain": { name: "plain", version: "1.0.0" },
    "node_modules/@scope/inner": { name: "@scope/inner", version: "2.0.0" },
    "node_modules/plain/node_modules/deep": { name: "deep", version: "3.0.0" },
    "program/node_modules/near": { name: "near", version: "4.0.0" },
  });
  const names = installedPackages(join(root, "program")).map(({ name }) => name);
  expect(names[0]).toBe("near");
  expect(names.sort()).toEqual(["@scope/inner", "deep", "near", "plain"]);
});

test("a provider is required once a version, by the name that its package gives it", () => {
  const docker = { name: "@pulumi/docker", version: "5.2.0", pulumi: { resource: true, name: "docker" } };
  const old = { ...docker, version: "4.0.0" };
  const library = { name: "@pulumi/pulumi", version: "3.0.0" };
  expect(requiredProviders([docker, docker, old, library])).toEqual([
    { name: "docker", version: "5.2.0", server: "" },
    { name: "docker", version: "4.0.0", server: "" },
  ]);
});

test("a provider whose plugin is not installed is not required up front", () => {
  const plugins = tree({ "resource-docker-v5.2.0": {} });
  const docker = { name: "docker", version: "5.2.0", server: "" };
  const oci = { name: "oci", version: "4.20.0", server: "" };
  expect(installedProviders([docker, oci], plugins)).toEqual([docker]);
});
