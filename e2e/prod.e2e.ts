import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Checkout, freshCheckout } from "./checkout.ts";
import { openPorts } from "./port-scan.ts";
import { askSite, type ProdSite } from "./prod-site.ts";
import { emptyTenancy, fillProdSettings, type ProdTenancy } from "./prod-tenancy.ts";

const BACK_MS_MAX = 180_000;

let checkout: Checkout;
let tenancy: ProdTenancy;
let site: ProdSite;
let datasetId: string;

async function done(command: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, all } = await checkout.run(command, args, { env: tenancy?.env ?? {} });
  expect(exitCode, all).toBe(0);
  return stdout;
}

const pulumi = (...args: string[]) => done("npx", "pulumi", ...args, "--stack", "prod", "--non-interactive");

async function health(): Promise<{ status: number; services: string[] }> {
  const { status, text } = await askSite(site, "/api/v1/health");
  const { services } = JSON.parse(text) as { services: Record<string, { status: string }> };
  return { status, services: Object.values(services).map((service) => service.status) };
}

/** Waits until everything serves again, by itself. */
async function back(): Promise<void> {
  const healthy = { status: 200, services: ["up", "up", "up", "up"] };
  await expect.poll(() => health().catch(String), { timeout: BACK_MS_MAX, interval: 2_000 }).toEqual(healthy);
}

async function expectData(): Promise<void> {
  expect((await askSite(site, `/api/v1/datasets/${datasetId}`)).status).toBe(200);
}

beforeAll(async () => {
  checkout = await freshCheckout();
  await done("npm", "ci", "--no-audit", "--no-fund");
  await done("npm", "run", "prepare:machine");
  tenancy = await emptyTenancy(checkout);
  fillProdSettings(checkout, tenancy);
  await done("npx", "pulumi", "stack", "init", "prod");
  await done("npx", "slipway", "secrets", "--stack", "prod");
});

afterAll(async () => {
  await tenancy?.remove();
  checkout.remove();
});

describe("the prod stack, from an empty tenancy", () => {
  test("one up, on a bad day, ends with a site that is served over TLS at the public address", async () => {
    // Oracle is busy, and its disk arrives when the machine has long been running.
    tenancy.emulator.fault({ operation: "CreatePublicIp", kind: "status", status: 429, times: 4 });
    tenancy.emulator.fault({ operation: "AttachVolume", kind: "late-disk", delayMs: 15_000 });
    await pulumi("up", "--yes");
    const [address = ""] = JSON.parse(await pulumi("stack", "output", "publicIps", "--json")) as string[];
    const secret = (name: string) => pulumi("config", "get", `slipway:${name}`);
    const token = await pulumi("stack", "output", "apiToken", "--show-secrets");
    site = {
      address,
      token,
      domain: await secret("domain"),
      authority: await secret("internalCaCertificate"),
    };
    await back();
    expect(await askSite(site, "/")).toMatchObject({
      status: 200,
      type: expect.stringContaining("text/html"),
    });
  });

  test("the machine has the web's ports open for everybody, SSH for the administrator, and no other", async () => {
    const { network, image } = tenancy.machines;
    const scan = { address: site.address, image, ports: [25_000] };
    expect(await openPorts({ ...scan, from: "host" })).toEqual([22, 80, 443]);
    expect(await openPorts({ ...scan, from: network })).toEqual([80, 443]);
  });

  test("a second up changes nothing", async () => {
    await pulumi("preview", "--expect-no-changes");
    expect(await pulumi("up", "--yes")).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  });

  test("containers that are killed come back by themselves, with their data", async () => {
    const body = JSON.stringify({ name: "boats", format: "text" });
    const headers = { "content-type": "application/json" };
    const made = await askSite(site, "/api/v1/datasets", { method: "POST", body, headers });
    expect(made.status, made.text).toBe(201);
    datasetId = (JSON.parse(made.text) as { id: string }).id;
    await tenancy.onMachine("node-1", "sh", "-c", "docker kill $(docker ps --quiet)");
    await back();
    await expectData();
  });

  test("a machine that reboots comes back by itself, with its data", async () => {
    await tenancy.onMachine("node-1", "touch", "/run/before");
    await tenancy.onMachine("node-1", "systemctl", "reboot").catch(() => {});
    const rebooted = () => tenancy.onMachine("node-1", "test", "!", "-e", "/run/before").catch(String);
    await expect.poll(rebooted, { timeout: BACK_MS_MAX }).toBe("");
    await back();
    await expectData();
    await pulumi("preview", "--expect-no-changes");
  });

  test("destroy leaves nothing but what is protected: the data volume and the bucket of backups", async () => {
    await pulumi("destroy", "--yes", "--exclude-protected");
    // Images are Oracle's own.
    const left = Object.values(tenancy.emulator.state.resources).filter(({ kind }) => kind !== "image");
    expect(left.map(({ kind }) => kind).sort()).toEqual(["bucket", "volume"]);
  });
});
