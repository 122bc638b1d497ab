import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { builtImage, pushBaseImage } from "./image.ts";
import { cpusText, Registry } from "./registry.ts";

let context: string;

beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), "image-"));
  writeFileSync(join(context, "Dockerfile"), "FROM x\nCOPY file /\n");
  writeFileSync(join(context, "file"), "1");
});

afterEach(() => rmSync(context, { recursive: true }));

function recorded({ isElsewhere = false } = {}) {
  return recordProgram(async () => {
    const settings = { port: 25_000, memoryMb: 128, cpus: 1 };
    const registry = new Registry("registry", { scope: { prefix: "test" }, settings, image: "sha256:r" }, {});
    const base = { reference: "slipway-base/nginx:abc", imageId: "sha256:n" };
    const nginx = pushBaseImage("nginx", { base, registry }, {});
    const buildArgs = { NGINX_IMAGE: nginx };
    const web = builtImage(
      "web",
      { context, dockerfile: "Dockerfile", buildArgs, registry, isElsewhere },
      {},
    );
    return new Promise<string>((resolve) => web.apply(resolve));
  });
}

test("a built image is named by digest, in the stack's own registry", async () => {
  expect((await recorded()).result).toBe("127.0.0.1:25000/slipway/web@sha256:digest-of-web");
});

test("an image is built upon a base by digest", async () => {
  const { build } = inputsOf((await recorded()).resources, "RemoteImage", "web-build");
  expect(build.buildArgs).toEqual({
    NGINX_IMAGE: "127.0.0.1:25000/slipway-base/nginx@sha256:digest-of-nginx",
  });
});

test("an image for another machine's engine is built there, by the one way of the provider that reaches it", async () => {
  const buildOf = async (isElsewhere: boolean) =>
    inputsOf((await recorded({ isElsewhere })).resources, "RemoteImage", "web-build").build;
  expect((await buildOf(true)).useLegacyBuilder).toBe(true);
  expect((await buildOf(false)).useLegacyBuilder).toBeUndefined();
});

test("an image is built again when a file it copies changes, and not otherwise", async () => {
  const triggers = async () => inputsOf((await recorded()).resources, "RemoteImage", "web-build").triggers;
  const before = await triggers();
  expect(await triggers()).toEqual(before);
  writeFileSync(join(context, "file"), "2");
  expect(await triggers()).not.toEqual(before);
});

test("a registry made anew gets all images again", async () => {
  const { triggers } = inputsOf((await recorded()).resources, "RegistryImage", "nginx");
  expect(triggers).toEqual({ imageId: "sha256:n", registry: "id-of-registry" });
});

test("the registry listens on the loopback address alone", async () => {
  const { ports } = inputsOf((await recorded()).resources, "Container", "registry");
  expect(ports).toEqual([{ internal: 5000, external: 25_000, ip: "127.0.0.1", protocol: "tcp" }]);
});

test("processors are told as the provider reads them back", () => {
  expect([1, 0.5, 0.25].map(cpusText)).toEqual(["1.0", "0.5", "0.25"]);
});
