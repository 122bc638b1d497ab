import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleManifest } from "../infra/operations/release/example-manifest.ts";
import { inputsOf, recordProgram } from "../infra/recording/record-program.ts";
import type { BaseImage, BaseImageName } from "../infra/swarm/base-images.ts";
import { engineProvider } from "../infra/swarm/engine.ts";
import { LOCAL_ENGINE } from "../infra/swarm/engine-api.ts";
import { containerStack } from "./container-stack.ts";
import { exampleConfig } from "./golden/example-config.ts";
import { readConfig } from "./read-config.ts";
import { readRollback, recordedSettings, withRecorded } from "./rollback.ts";
import { ROLLBACK_VARIABLE } from "./rollback-variable.ts";
import { CONTAINER_SECRETS, ContainerSettings } from "./settings.ts";

const DIGEST = "0".repeat(64);
const names = ["postgres", "objectStore", "edge", "app", "web", "backups"];
const images = Object.fromEntries(names.map((name) => [name, `127.0.0.1:25000/${name}@sha256:${DIGEST}`]));
const release = { ...exampleManifest(7, null), images, version: "0.9.0", settings: {} };

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rollback-"));
});

afterEach(() => rmSync(root, { recursive: true }));

/** The local stack as an `up` with the manifest of a release asks for it. */
async function rolledBack(manifest = release) {
  const { resources } = await recordProgram(
    async () => {
      const config = await readConfig({ root, schema: ContainerSettings, secretNames: CONTAINER_SECRETS });
      const settings = withRecorded(ContainerSettings, config.settings, manifest);
      const provider = engineProvider("engine", { host: LOCAL_ENGINE, registry: "127.0.0.1:25000" });
      const baseImages = {
        registry: { reference: "registry:1", imageId: "sha256:registry" },
      } as Record<BaseImageName, BaseImage>;
      const own = { root, baseImages, engineHost: LOCAL_ENGINE, version: "1.0.0", rollback: manifest };
      containerStack({ ...config, ...own, settings, askRefused: async () => "" }, provider);
    },
    {
      config: exampleConfig(),
      secretConfig: Object.fromEntries(CONTAINER_SECRETS.map((name) => [`slipway:${name}`, name])),
    },
  );
  return resources;
}

describe("a rollback", () => {
  test("runs the recorded images, and builds and pushes nothing", async () => {
    const resources = await rolledBack();
    const { containerSpec } = inputsOf(resources, "Service", "backend").taskSpec;
    expect(containerSpec.image).toBe(images.app);
    expect(containerSpec.env.APP_VERSION).toBe("0.9.0");
    expect(resources.filter(({ type }) => /[iI]mage:|tag:/.test(type))).toEqual([]);
  });

  test("is recorded as one, with the release that it goes back to", async () => {
    const record = inputsOf(await rolledBack(), "Command", "release-record");
    expect(JSON.parse(record.stdin).spec).toMatchObject({
      kind: "rollback",
      of: release.id,
      version: "0.9.0",
    });
  });

  test("has the recorded settings in place of the present ones, and the present ones where none are recorded", async () => {
    const resources = await rolledBack({ ...release, settings: { backend: await backendWith(1) } });
    expect(inputsOf(resources, "Service", "backend").mode).toEqual({ replicated: { replicas: 1 } });
    expect(inputsOf(resources, "Service", "frontend").mode).toEqual({ replicated: { replicas: 1 } });
  });

  test("with settings that the program no longer knows is refused, by their names", async () => {
    const settings = { backend: { ...(await backendWith(1)), gone: true } };
    await expect(rolledBack({ ...release, settings })).rejects.toThrow(
      /of release r7-abcdef0: backend\/gone: unknown setting/,
    );
  });

  test("to a release without one of the images is refused", async () => {
    const { web: _, ...rest } = images;
    await expect(rolledBack({ ...release, images: rest })).rejects.toThrow(/has no image for web/);
  });
});

async function exampleSettings(): Promise<ContainerSettings> {
  const { result } = await recordProgram(
    () => readConfig({ root, schema: ContainerSettings, secretNames: [] }),
    { config: exampleConfig() },
  );
  return result.settings;
}

async function backendWith(replicas: number) {
  return { ...(await exampleSettings()).backend, replicas };
}

describe("the manifest to go back to", () => {
  test("is read from the file that the variable names; without the variable there is none", () => {
    const file = join(root, "release.json");
    writeFileSync(file, JSON.stringify(release));
    expect(readRollback({ [ROLLBACK_VARIABLE]: file })).toEqual(release);
    expect(readRollback({})).toBeUndefined();
  });

  test.each(["missing.json", "other.json"])("is refused where it is none (%s)", (name) => {
    writeFileSync(join(root, "other.json"), "{}");
    expect(() => readRollback({ [ROLLBACK_VARIABLE]: join(root, name) })).toThrow(
      /SLIPWAY_ROLLBACK: .* is not the manifest of a release/,
    );
  });
});

test("names, ports of the registry, machines and backups are no part of a release's settings", async () => {
  expect(Object.keys(recordedSettings(await exampleSettings())).sort()).toEqual(
    ["app", "backend", "edge", "frontend", "objectStore", "postgres", "worker"].sort(),
  );
});
