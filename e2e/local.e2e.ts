import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLocalStack } from "../cli/local-stack.ts";
import { readEngineRecord, recordEngine } from "../toolchain/engine-record.ts";
import { toolchainPaths } from "../toolchain/paths.ts";
import { ApiClient, type Job } from "./api-client.ts";
import { type Checkout, freshCheckout } from "./checkout.ts";
import { imageOf, objectsOf } from "./engine.ts";

const TEXT = Array.from(
  { length: 200 },
  (_, n) => `the boat ${n % 7} slides down the slipway into the sea`,
).join("\n");

const project = dirname(import.meta.dirname);

let checkout: Checkout;
let prefix: string;
let api: ApiClient;
let url: string;
let modelId: string;
let registry: string | undefined;

async function pulumi(...args: string[]): Promise<string> {
  const result = await checkout.run("npx", ["pulumi", ...args, "--stack", "local"]);
  expect(result.exitCode, result.all).toBe(0);
  return result.stdout;
}

async function up(): Promise<string> {
  const { exitCode, all } = await checkout.run("npm", ["run", "up"]);
  expect(exitCode, all).toBe(0);
  return all;
}

beforeAll(async () => {
  checkout = await freshCheckout();
});

afterAll(async () => {
  const { exitCode, all } = await checkout.run("npm", ["run", "down", "--", "--purge"]);
  if (exitCode !== 0) throw new Error(all);
  checkout.remove();
});

describe("the local stack, from a fresh clone", () => {
  test("npm run up alone ends with a healthy stack, and says where it is", async () => {
    const screen = await up();
    ({ namePrefix: prefix, registry } = await readLocalStack(checkout.root));
    url = await pulumi("stack", "output", "url");
    const token = await pulumi("stack", "output", "apiToken", "--show-secrets");
    expect(screen).toContain(url);
    expect(screen).toContain(token);
    api = new ApiClient(url, token);
    const health = await api.call<{ status: string; services: Record<string, { status: string }> }>(
      "GET",
      "/health",
    );
    expect(Object.values(health.services).map(({ status }) => status)).toEqual(["up", "up", "up", "up"]);
    expect((await fetch(url)).headers.get("content-type")).toContain("text/html");
  });

  test("a stranger without the token gets nothing but the health and the contract", async () => {
    const stranger = new ApiClient(url, "guessed");
    const statuses = ["/jobs", "/models", "/datasets", "/metrics"].map(
      async (path) => (await stranger.fetch(path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 401]);
  });

  test("a dataset becomes a model by a job whose log can be followed", async () => {
    const datasetId = await api.createDataset("boats", TEXT);
    const job = await api.call<Job>("POST", "/jobs", {
      dataset_id: datasetId,
      base_model: "char-mlp-small",
      parameters: { epochs: 2, seed: 7 },
    });
    const stream = await api.fetch(`/jobs/${job.id}/logs`, { headers: { accept: "text/event-stream" } });
    const [events, ended] = await Promise.all([stream.text(), api.endOf(job.id)]);
    expect(ended.status, events).toBe("succeeded");
    expect(events).toMatch(/epoch 2/i);
    modelId = ended.model_id ?? "";
  });

  test("the model comes down whole, and can be loaded and used", async () => {
    const model = await api.call<{ sha256: string; bytes: number }>("GET", `/models/${modelId}`);
    const content = Buffer.from(await (await api.fetch(`/models/${modelId}/download`)).arrayBuffer());
    expect(content.length).toBe(model.bytes);
    expect(createHash("sha256").update(content).digest("hex")).toBe(model.sha256);
    const file = join(checkout.root, "model.safetensors");
    writeFileSync(file, content);
    const generated = await checkout.run("node_modules/.bin/node", [
      "app/generate.ts",
      file,
      "--prompt",
      "the boat ",
    ]);
    expect(generated.exitCode, generated.all).toBe(0);
    expect(generated.stdout.length).toBeGreaterThan(20);
  });

  test("a second up changes nothing", async () => {
    const before = await objectsOf(prefix);
    await pulumi("preview", "--expect-no-changes");
    expect(await up()).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
    expect(await objectsOf(prefix)).toEqual(before);
  });

  test("another checkout with the same settings and state sees nothing to change", async () => {
    const other = `${checkout.root}-other`;
    await checkout.run("cp", ["--archive", "--link", checkout.root, other]);
    const line = `cd ${other} && npx pulumi preview --expect-no-changes --stack local`;
    const { exitCode, all } = await checkout.shell(line);
    rmSync(other, { recursive: true });
    expect(exitCode, all).toBe(0);
  });

  test("changed app code is deployed, and only what runs it", async () => {
    const service = (name: string) => imageOf(`${prefix}-${name}`);
    const before = await Promise.all(["backend", "worker", "frontend", "postgres"].map(service));
    const file = join(checkout.root, "app/package.json");
    const changed = { ...JSON.parse(readFileSync(file, "utf8")), version: "0.1.1-e2e" };
    writeFileSync(file, JSON.stringify(changed, null, 2));
    await up();
    const [backend, worker, frontend, postgres] = await Promise.all(
      ["backend", "worker", "frontend", "postgres"].map(service),
    );
    expect((await api.call<{ version: string }>("GET", "/health")).version).toBe("0.1.1-e2e");
    expect([backend, worker]).not.toEqual(before.slice(0, 2));
    expect([frontend, postgres]).toEqual(before.slice(2));
    expect((await api.call<{ id: string }>("GET", `/models/${modelId}`)).id).toBe(modelId);
  });

  test("no secret is in a service's environment, labels or arguments, or in the state in clear", async () => {
    const settings = JSON.parse(await pulumi("config", "--json", "--show-secrets")) as Record<
      string,
      { value: string; secret: boolean }
    >;
    const values = Object.entries(settings).filter(
      ([name, { secret }]) => secret && !/Certificate$/.test(name),
    );
    expect(values.length).toBeGreaterThanOrEqual(7);
    const { service = [] } = await objectsOf(prefix);
    const { stdout: inspected } = await checkout.run("docker", ["service", "inspect", ...service]);
    const state = readFileSync(
      join(checkout.root, ".slipway/state/.pulumi/stacks/slipway/local.json"),
      "utf8",
    );
    const inClear = values.flatMap(([name, { value }]) => {
      const encoded = JSON.stringify(value).slice(1, -1);
      return [
        inspected.includes(encoded) ? `${name} in a service` : [],
        state.includes(encoded) ? `${name} in the state` : [],
      ].flat();
    });
    expect(inClear).toEqual([]);
  });

  test("what somebody changes by hand is told as drift, and put back", async () => {
    const drift = (...args: string[]) => checkout.run("npx", ["slipway", "drift", ...args]);
    const before = await drift();
    expect(before.exitCode, before.all).toBe(0);
    const change = ["service", "update", "--detach", "--env-add", "LOG_LEVEL=debug", `${prefix}-frontend`];
    await checkout.run("docker", change);
    const found = await drift();
    expect(found.exitCode, found.all).toBe(1);
    expect(found.all).toMatch(/-frontend +environment LOG_LEVEL +nothing +debug/);
    const fixed = await drift("--fix");
    expect(fixed.exitCode, fixed.all).toBe(0);
    expect(await pulumi("preview", "--refresh", "--expect-no-changes")).toContain("unchanged");
  });

  test("down leaves nothing on the engine but the data, and the next up has it again", async () => {
    const { exitCode, all } = await checkout.run("npm", ["run", "down"]);
    expect(exitCode, all).toBe(0);
    expect(Object.keys(await objectsOf(prefix))).toEqual(["volume"]);
    await up();
    expect((await api.call<{ id: string }>("GET", `/models/${modelId}`)).id).toBe(modelId);
  });

  test("down with purge leaves nothing at all, no swarm either where its checkout made it", async () => {
    // If these tests began on a bare machine, the project itself has made the swarm.
    const record = (root: string) => toolchainPaths(root).engineRecord;
    const { madeSwarm } = await readEngineRecord(record(project));
    await recordEngine(record(checkout.root), { madeSwarm });
    const { exitCode, all } = await checkout.run("npm", ["run", "down", "--", "--purge"]);
    expect(exitCode, all).toBe(0);
    expect(all).toContain("Everything is gone.");
    expect(await objectsOf(prefix)).toEqual({});
    const images = ["image", "ls", "--quiet", "--filter", `reference=${registry}/*/*`];
    expect((await checkout.run("docker", images)).stdout).toBe("");
  });
});
