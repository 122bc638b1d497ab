import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPorts } from "./port-scan.ts";
import { type GuideReader, guideReader } from "./prod-guide.ts";
import { askSite, type ProdSite } from "./prod-site.ts";
import { newcomer, type ProdStack } from "./prod-stack.ts";
import { type PublicAuthority, publicAuthority } from "./public-authority.ts";
import { siteBack } from "./site-health.ts";
import { type StateBucket, stateBucket } from "./state-bucket.ts";

const REBOOT_MS_MAX = 180_000;

let bucket: StateBucket;
let stack: ProdStack;
let site: ProdSite;
let reader: GuideReader;
let authority: PublicAuthority | undefined;
let datasetId: string;

async function expectData(): Promise<void> {
  expect((await askSite(site, `/api/v1/datasets/${datasetId}`)).status).toBe(200);
}

beforeAll(async () => {
  bucket = await stateBucket("slipway-state");
  stack = await newcomer();
  reader = guideReader(stack, bucket);
});

afterAll(async () => {
  authority?.remove();
  bucket?.remove();
  await stack?.remove();
});

describe("somebody with an Oracle account who types what the guide says, as it stands", () => {
  test("brings it up once, on a bad day, and has a site that is served over TLS at the public address", async () => {
    await reader.signIn();
    await reader.saySettings();
    // Oracle is busy, and its disk arrives when the machine has long been running.
    stack.tenancy.emulator.fault({ operation: "CreatePublicIp", kind: "status", status: 429, times: 4 });
    stack.tenancy.emulator.fault({ operation: "AttachVolume", kind: "late-disk", delayMs: 15_000 });
    const printed = await reader.bringUp();
    site = await stack.site();
    expect(JSON.parse(printed.at(-2) ?? "")).toEqual([site.address]);
    expect(printed.at(-1)).toBe(site.token);
    await siteBack(site);
    expect(await askSite(site, "/")).toMatchObject({
      status: 200,
      type: expect.stringContaining("text/html"),
    });
    expect(await bucket.list()).toContain(".pulumi/stacks/slipway/prod.json");
  });

  test("the machine has the web's ports open for everybody, SSH for the administrator, and no other", async () => {
    const { network, image } = stack.tenancy.machines;
    const scan = { address: site.address, image, ports: [25_000] };
    expect(await openPorts({ ...scan, from: "host" })).toEqual([22, 80, 443]);
    expect(await openPorts({ ...scan, from: network })).toEqual([80, 443]);
  });

  test("a second up changes nothing", async () => {
    await stack.pulumi("preview", "--expect-no-changes");
    expect(await stack.pulumi("up", "--yes")).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  });

  test("has a certificate of an authority at the door when the domain leads there", async () => {
    authority = await publicAuthority(stack.tenancy);
    stack.tenancy.names.set(site.domain, site.address);
    const printed = await reader.takeCertificate(authority);
    expect(printed.at(-1)).toContain("slipway-prod-certificates");
    // From now on nothing else is believed.
    site = { ...site, authority: authority.root };
    await siteBack(site);
    await stack.pulumi("preview", "--expect-no-changes");
  });

  test("containers that are killed come back by themselves, with their data", async () => {
    const body = JSON.stringify({ name: "boats", format: "text" });
    const headers = { "content-type": "application/json" };
    const made = await askSite(site, "/api/v1/datasets", { method: "POST", body, headers });
    expect(made.status, made.text).toBe(201);
    datasetId = (JSON.parse(made.text) as { id: string }).id;
    await stack.tenancy.onMachine("node-1", "sh", "-c", "docker kill $(docker ps --quiet)");
    await siteBack(site);
    await expectData();
  });

  test("a machine that reboots comes back by itself, with its data", async () => {
    await stack.tenancy.onMachine("node-1", "touch", "/run/before");
    await stack.tenancy.onMachine("node-1", "systemctl", "reboot").catch(() => {});
    const rebooted = () => stack.tenancy.onMachine("node-1", "test", "!", "-e", "/run/before").catch(String);
    await expect.poll(rebooted, { timeout: REBOOT_MS_MAX }).toBe("");
    await siteBack(site);
    await expectData();
    await stack.pulumi("preview", "--expect-no-changes");
  });

  test("destroy leaves nothing but what is protected: the data volume and the bucket of backups", async () => {
    await stack.pulumi("destroy", "--yes", "--exclude-protected");
    // Images are Oracle's own.
    const left = Object.values(stack.tenancy.emulator.state.resources).filter(({ kind }) => kind !== "image");
    expect(left.map(({ kind }) => kind).sort()).toEqual(["bucket", "volume"]);
  });
});
