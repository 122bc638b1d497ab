import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { exampleManifest } from "../../infra/operations/release/example-manifest.ts";
import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { inputsOf, type RecordedResource, recordProgram } from "../../infra/recording/record-program.ts";
import { BASE_IMAGE_NAMES, type BaseImage, type BaseImageName } from "../../infra/swarm/base-images.ts";
import { engineProvider } from "../../infra/swarm/engine.ts";
import { LOCAL_ENGINE } from "../../infra/swarm/engine-api.ts";
import { registryAddress } from "../../infra/swarm/registry-address.ts";
import { containerStack } from "../container-stack.ts";
import { readConfig } from "../read-config.ts";
import { prodStack } from "../prod.ts";
import {
  CONTAINER_SECRETS,
  ContainerSettings,
  PROD_SECRETS,
  ProdSettings,
  REGISTRY_SECRETS,
} from "../settings.ts";
import { exampleConfig, exampleText, prodText, withCertificates } from "./example-config.ts";

const DOCKERFILES = ["app/Dockerfile", "app/Dockerfile.web", "backup/Dockerfile", "certificates/Dockerfile"];

let root: string;

/** A checkout with the least that images are built from, so that the golden file changes with the program alone. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "golden-"));
  // The directory of SSH's sockets goes with it.
  vi.stubEnv("TMPDIR", root);
  for (const dockerfile of DOCKERFILES) {
    mkdirSync(join(root, dirname(dockerfile)), { recursive: true });
    writeFileSync(join(root, dockerfile), "FROM x\n");
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const baseImages = Object.fromEntries(
  BASE_IMAGE_NAMES.map((name) => [name, { reference: `slipway-base/${name}:abc`, imageId: `sha256:${name}` }]),
) as Record<BaseImageName, BaseImage>;

const secretConfig = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`slipway:${name}`, `value of ${name}`]));

/** No engine is asked. */
const notRefused = async () => "";

async function recordLocal(text?: string) {
  const { resources } = await recordProgram(
    async () => {
      const config = await readConfig({ root, schema: ContainerSettings, secretNames: CONTAINER_SECRETS });
      const registry = registryAddress(config.settings.registry);
      const provider = engineProvider("engine", { host: LOCAL_ENGINE, registry });
      const engineHost = LOCAL_ENGINE;
      containerStack(
        { ...config, root, baseImages, engineHost, version: "1.0.0", askRefused: notRefused },
        provider,
      );
    },
    { config: exampleConfig(text), secretConfig: secretConfig(CONTAINER_SECRETS) },
  );
  return resources;
}

/** The local stack, with its database's log archived. */
async function recordArchived() {
  return recordLocal(exampleText().replace("pitr: false", "pitr: true"));
}

async function recordProd(text = prodText(), rollback?: ReleaseManifest) {
  const { resources } = await recordProgram(
    async () => {
      const config = await readConfig({
        ...{ root, schema: ProdSettings, secretNames: PROD_SECRETS },
        optionalSecretNames: REGISTRY_SECRETS,
      });
      await prodStack({ ...config, root, baseImages, version: "1.0.0", askRefused: notRefused, rollback });
    },
    {
      ...{ stack: "prod", config: exampleConfig(text) },
      secretConfig: secretConfig([...PROD_SECRETS, ...REGISTRY_SECRETS]),
    },
  );
  return resources;
}

/** The text of a golden file: paths of this machine read `<checkout>` and `<project>`. */
function goldenText(resources: unknown): string {
  const project = join(import.meta.dirname, "../..");
  return `${JSON.stringify(resources, null, 2).replaceAll(root, "<checkout>").replaceAll(project, "<project>")}\n`;
}

test("the local stack registers what stacks/golden/local.json says", async () => {
  await expect(goldenText(await recordLocal())).toMatchFileSnapshot("local.json");
});

test("with point-in-time recovery, the database archives, and backups read its data: one secret for both", async () => {
  const resources = await recordArchived();
  const spec = (name: string) => inputsOf(resources, "Service", name).taskSpec.containerSpec;
  const archive = { secretName: expect.stringContaining("backup-archive"), fileName: "/run/secrets/pgbackrest.conf" };
  for (const name of ["postgres", "backups"])
    expect(spec(name).secrets).toContainEqual(expect.objectContaining(archive));
  const data = { source: "slipway-local-postgres-data", target: "/var/lib/postgresql/data" };
  expect(spec("backups").mounts).toContainEqual({ type: "volume", ...data, readOnly: true });
});

test("the prod stack registers what stacks/golden/prod.json says", async () => {
  await expect(goldenText(await recordProd())).toMatchFileSnapshot("prod.json");
});

test("with the certificates of its example, prod has what asks for them and another edge; the rest stays", async () => {
  const before = await recordProd();
  const after = await recordProd(withCertificates(prodText()));
  const keyOf = ({ type, name }: RecordedResource) =>
    `${type.split(":").at(-1)} ${name.replace(/-[0-9a-f]{12}$/, "")}`;
  const known = new Map(before.map((resource) => [keyOf(resource), JSON.stringify(resource.inputs)]));
  const added = after.map(keyOf).filter((key) => !known.has(key));
  expect(added).toEqual([
    "RegistryImage acme",
    "RegistryImage certificates",
    "RemoteImage certificates-build",
    "Service certificates",
    "ServiceConfig certificates-config",
    "ServiceConfig edge-script",
    "Tag acme-tag",
    "Volume certificates-data",
    "Certificates certificates",
  ]);
  const changed = after.filter((resource) => known.get(keyOf(resource)) !== JSON.stringify(resource.inputs));
  // The release's own steps know what they release.
  const others = changed.map(keyOf).filter((key) => !added.includes(key) && !key.startsWith("Command "));
  expect(others).toEqual(["Service edge", "ServiceConfig edge-conf"]);
});

/** Production's settings with three machines. */
const three = () =>
  prodText().replace("nodes: 1\n", "nodes: 3\n").replace("allowPaid: false", "allowPaid: true");

type TaskSpec = { containerSpec: { image: string }; placement: { constraints: string[] } };

test("from one machine to three, only what may run anywhere starts anew: data and door stay as they are", async () => {
  const [one, more] = [await recordProd(), await recordProd(three())];
  const services = (resources: RecordedResource[]) =>
    resources.filter(({ type }) => type.endsWith(":Service")).map(({ name, inputs }) => ({ name, inputs }));
  const before = new Map(services(one).map(({ name, inputs }) => [name, JSON.stringify(inputs)]));
  const changed = services(more).filter(({ name, inputs }) => before.get(name) !== JSON.stringify(inputs));
  expect(changed.map(({ name }) => name)).toEqual(["backend", "frontend", "worker"]);
  const address = "fra.ocir.io/namespace/slipway-prod/slipway";
  for (const { inputs } of changed) {
    const { containerSpec, placement } = inputs.taskSpec as TaskSpec;
    expect(containerSpec.image).toMatch(new RegExp(`^${address}/(app|web)@sha256:`));
    expect(placement.constraints).toEqual(["node.platform.os == linux"]);
  }
  const repositories = more.filter(({ type }) => type.endsWith(":ContainerRepository"));
  const names = repositories.map(({ inputs }) => inputs.displayName);
  expect(names).toEqual(["slipway-prod/slipway/app", "slipway-prod/slipway/web"]);
});

test("a release of when there was one machine goes back to that machine: no other can have its images", async () => {
  const names = ["postgres", "objectStore", "edge", "app", "web", "backups"];
  const images = Object.fromEntries(
    names.map((name) => [name, `127.0.0.1:25000/${name}@sha256:${"0".repeat(64)}`]),
  );
  const resources = await recordProd(three(), { ...exampleManifest(7, null), images, settings: {} });
  const backend = resources.find(({ type, name }) => type.endsWith(":Service") && name === "backend");
  const { placement } = backend?.inputs.taskSpec as TaskSpec;
  expect(placement.constraints).toEqual(["node.labels.slipway.data == true"]);
});

/** What outlives a killed run on the engine is told by its label: without one it would stand in the way for ever. */
test("everything that a stack makes under a name on the engine has the stack's label", async () => {
  const kinds = /^docker:index\/(container|network|secret|service|serviceConfig|volume):/;
  const made = (await recordProd(withCertificates(prodText()))).filter(({ type }) => kinds.test(type));
  expect(made.length).toBeGreaterThan(30);
  const label = { label: "slipway.stack", value: "slipway-prod" };
  for (const { name, inputs } of made) expect(inputs.labels, name).toContainEqual(label);
});

test.each([
  ["local", recordLocal],
  ["prod", () => recordProd()],
  ["archived local", recordArchived],
])("no secret's value stands in what the %s stack registers", async (_stack, record) => {
  const text = goldenText(await record());
  for (const name of [...PROD_SECRETS, ...REGISTRY_SECRETS]) {
    expect(text).not.toContain(`value of ${name}`);
    expect(text).not.toContain(Buffer.from(`value of ${name}`).toString("base64"));
  }
});
