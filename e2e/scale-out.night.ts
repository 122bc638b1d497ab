import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAYING } from "../emulators/oci/limits.ts";
import type { Job } from "./api-client.ts";
import { askSite, type ProdSite } from "./prod-site.ts";
import { allowSeveral, type ProdStack, prodStack } from "./prod-stack.ts";
import { lostOf, servingAgainMs, startSiteLoad } from "./site-load.ts";

const PER_SECOND = 30;
/** What a person still calls served. */
const SLOW_MS = 1_500;
/** A machine is known to be dead after some seconds; until then a request may be sent to it. */
const SERVING_AGAIN_MS_MAX = 60_000;
const JOBS = 4;
/** A job of a dead worker is taken up when its lease has ended, and starts where its last checkpoint was. */
const JOBS_END_MS_MAX = 240_000;

let stack: ProdStack;
let site: ProdSite;

/** Asks the leader's own Docker. */
const docker = (...args: string[]) => stack.tenancy.onMachine("node-1", "docker", ...args);

async function api<Body>(method: string, path: string, body?: object): Promise<Body> {
  const headers = { "content-type": "application/json" };
  const sent = body ? { body: JSON.stringify(body), headers } : {};
  const { status, text } = await askSite(site, `/api/v1${path}`, { method, ...sent });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text) as Body;
}

async function createDataset(name: string): Promise<string> {
  const { id } = await api<{ id: string }>("POST", "/datasets", { name, format: "text" });
  const body = Array.from({ length: 2_000 }, (_, n) => `the boat ${n} slides down into the sea`).join("\n");
  const headers = { "content-type": "application/octet-stream" };
  const put = await askSite(site, `/api/v1/datasets/${id}/content`, { method: "PUT", body, headers });
  expect(put.status, put.text).toBe(200);
  return id;
}

/** The nodes that a service's containers are on, by names, sorted. */
async function nodesOf(service: string): Promise<string[]> {
  const ps = [
    "service",
    "ps",
    "--filter",
    "desired-state=running",
    "--format",
    "{{.Node}} {{.CurrentState}}",
  ];
  const lines = (await docker(...ps, `slipway-prod-${service}`)).split("\n");
  return lines
    .filter((line) => line.includes(" Running"))
    .map((line) => line.split(" ")[0] ?? "")
    .sort();
}

/** Whether the swarm's machines are up, as the first one knows. */
async function machineStates(): Promise<string[]> {
  return (await docker("node", "ls", "--format", "{{.Status}}")).split("\n");
}

/** The containers that must never be touched when machines come and go. */
async function pinnedContainers(): Promise<string[]> {
  const names = ["edge", "postgres", "object-store"].flatMap((name) => [
    "--filter",
    `name=slipway-prod-${name}`,
  ]);
  return (await docker("ps", "--quiet", ...names)).split("\n").sort();
}

/** Changes the number of machines under load: nothing may be lost. */
async function scaleTo(nodes: number): Promise<void> {
  stack.set(["slipway:oracle", "nodes"], nodes);
  const report = await stack.done("npx", ["slipway", "report", "--stack", "prod"]);
  expect(report).toContain("Downtime class: zero.");
  const stop = startSiteLoad(site, PER_SECOND);
  const failure = await stack.pulumi("up", "--yes").then(
    () => undefined,
    (error: Error) => error.message,
  );
  const asked = await stop();
  const lost = lostOf(asked);
  const slowest = Math.max(...asked.map(({ ms }) => ms));
  process.stdout.write(
    `to ${nodes} machines: ${asked.length} requests, ${lost.length} lost, slowest ${slowest} ms\n`,
  );
  expect(failure).toBeUndefined();
  expect(lost).toEqual([]);
}

beforeAll(async () => {
  stack = await prodStack(PAYING);
  await stack.pulumi("up", "--yes");
  site = await stack.site();
});

afterAll(() => stack?.remove());

describe("a site on one machine, that then has three", () => {
  let datasetId: string;
  let pinned: string[];

  test("without Oracle's credentials for images, nothing begins", async () => {
    stack.set(["slipway:oracle", "nodes"], 3);
    stack.set(["slipway:oracle", "allowPaid"], true);
    await expect(stack.pulumi("preview")).rejects.toThrow(
      /secrets are missing \(registryUser, registryPassword\)/,
    );
  });

  test("gets them under load without a lost request, and spreads; data and door are not touched", async () => {
    await allowSeveral(stack);
    datasetId = await createDataset("boats");
    pinned = await pinnedContainers();
    await scaleTo(3);
    expect(await pinnedContainers()).toEqual(pinned);
    expect(new Set(await nodesOf("backend")).size).toBe(2);
    await stack.pulumi("preview", "--expect-no-changes");
  });

  test("has old images removed from the other machines as well", async () => {
    const onOther = (...args: string[]) => stack.tenancy.onMachine("node-2", ...args);
    const old = "registry.example/space/slipway-prod/slipway/app:old";
    await onOther("sh", "-c", `tar c --files-from /dev/null | docker import - ${old}`);
    const pruned = await stack.done("npx", ["slipway", "prune", "--stack", "prod", "--json"]);
    expect(JSON.parse(pruned)).toMatchObject({ images: 1 });
    expect(await onOther("docker", "image", "ls", "--quiet", old)).toBe("");
  });

  test("serves again soon after one dies, and each of its jobs ends once, with one model", async () => {
    const asked = { dataset_id: datasetId, base_model: "char-mlp-base", parameters: { epochs: 2, seed: 1 } };
    const ids = await Promise.all(
      Array.from({ length: JOBS }, async () => (await api<Job>("POST", "/jobs", asked)).id),
    );
    const jobs = () => Promise.all(ids.map((id) => api<Job>("GET", `/jobs/${id}`)));
    const statuses = async () => (await jobs()).map(({ status }) => status);
    await expect.poll(statuses, { timeout: 30_000 }).toEqual(ids.map(() => "running"));
    const [victim = ""] = await nodesOf("worker");
    expect(victim).not.toBe("node-1");
    const stop = startSiteLoad(site, PER_SECOND);
    const killedAtMs = Date.now();
    await stack.tenancy.emulator.disturb(stack.tenancy.instanceId(victim), "kill");
    const ended = ids.map(() => "succeeded");
    await expect
      .poll(() => statuses().catch(String), { timeout: JOBS_END_MS_MAX, interval: 2_000 })
      .toEqual(ended);
    const requests = await stop();
    const againMs = servingAgainMs(requests, killedAtMs, SLOW_MS);
    process.stdout.write(
      `${victim} killed: serving again after ${againMs} ms; ${requests.length} requests, ${lostOf(requests).length} lost; all jobs ended after ${Date.now() - killedAtMs} ms\n`,
    );
    expect(againMs).toBeLessThan(SERVING_AGAIN_MS_MAX);
    const { items } = await api<{ items: { job_id: string }[] }>("GET", "/models?limit=100");
    expect(items.map(({ job_id }) => job_id).sort()).toEqual([...ids].sort());
    expect((await askSite(site, `/api/v1/datasets/${datasetId}`)).status).toBe(200);
    await stack.tenancy.emulator.disturb(stack.tenancy.instanceId(victim), "start");
    await expect.poll(machineStates, { timeout: 180_000 }).toEqual(["Ready", "Ready", "Ready"]);
  });

  test("goes back to one under load without a lost request, though one is dead, and keeps its data", async () => {
    await stack.tenancy.emulator.disturb(stack.tenancy.instanceId("node-3"), "kill");
    await expect.poll(machineStates, { timeout: 60_000 }).toContain("Down");
    // What it had is started elsewhere before the next request comes.
    const backends = async () => (await nodesOf("backend")).filter((node) => node !== "node-3").length;
    await expect.poll(backends, { timeout: 60_000 }).toBe(2);
    await scaleTo(1);
    expect(await pinnedContainers()).toEqual(pinned);
    expect(await docker("node", "ls", "--format", "{{.Hostname}}")).toBe("node-1");
    const left = Object.values(stack.tenancy.emulator.state.resources);
    expect(left.filter(({ kind }) => kind === "instance")).toHaveLength(1);
    expect(left.filter(({ kind }) => kind === "containerrepo")).toEqual([]);
    expect((await askSite(site, `/api/v1/datasets/${datasetId}`)).status).toBe(200);
    await stack.pulumi("preview", "--expect-no-changes");
  });
});
