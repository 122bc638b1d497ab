import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { docker } from "./docker-engine.ts";
import type { CardRule } from "./machines.ts";
import { imagesIn, type RealCloud, realCloud } from "./real-cloud.ts";

const ID = "ocid1.instance.oc1.eu-frankfurt-1.aaaaaaaaaaaaaaaimages";
const USER_DATA = "#cloud-config\npackage_update: true\npackages: [docker.io, iptables]\n";
const REPOSITORY = "urn:pulumi:prod::slipway::oci:Artifacts/containerRepository:ContainerRepository::app";

let directory: string;
let cloud: RealCloud;
let repositories: string;

const shell = (script: string) => docker(["exec", cloud.machines.containerName(ID), "sh", "-c", script]);

function login(password: string): Promise<string> {
  const { namespace, userName } = cloud.emulator.account;
  const user = `${namespace}/${userName}`;
  const command = ["docker", "login", "--username", user, "--password-stdin", cloud.registryHost];
  return docker(["exec", "--interactive", cloud.machines.containerName(ID), ...command], { input: password });
}

/** Asks the registry for an image from this machine, as Pulumi's provider does. Prints status and digest. */
async function askAsOperator(image: string, tag: string): Promise<string> {
  const { namespace, userName, authToken } = cloud.emulator.account;
  const basic = Buffer.from(`${namespace}/${userName}:${authToken}`).toString("base64");
  const url = `https://${cloud.registryHost}/v2/${image}/manifests/${tag}`;
  const headers = {
    authorization: `Basic ${basic}`,
    accept: "application/vnd.docker.distribution.manifest.v2+json",
  };
  const program = `const answer = await fetch(${JSON.stringify(url)}, { headers: ${JSON.stringify(headers)} });
    console.log(answer.status, answer.headers.get("docker-content-digest"))`;
  const env = {
    ...cloud.env,
    NODE_USE_ENV_PROXY: "1",
    NODE_EXTRA_CA_CERTS: cloud.env.SSL_CERT_FILE ?? "",
  };
  return (await execa("node", ["--input-type=module", "--eval", program], { env })).stdout;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "oci-images-"));
  const images = imagesIn(join(import.meta.dirname, "../../.slipway/base-images.json"));
  cloud = await realCloud({ directory, images });
  const { emulator, machines, registryHost } = cloud;
  repositories = `${registryHost}/${emulator.account.namespace}`;
  emulator.provider.settings = { ...emulator.account };
  const compartmentId = emulator.account.tenancyOcid;
  await emulator.provider.create(REPOSITORY, { compartmentId, displayName: "ours/app" }, false);
  const metadata = { user_data: Buffer.from(USER_DATA).toString("base64") };
  const addresses = { privateAddress: "10.200.0.11/24", publicAddress: machines.publicAddresses()[0] };
  const out: CardRule = { direction: "EGRESS", protocol: "all", others: ["0.0.0.0/0"] };
  const spec = { id: ID, hostname: "node-1", memoryInGbs: 1, metadata };
  await machines.launch(spec, { ...addresses, vcnId: "vcn", rules: [out] });
  const booted = async () => expect(await shell("cloud-init status")).toBe("status: done");
  await vi.waitFor(booted, { timeout: 180_000, interval: 1_000 });
  await shell("tar c /etc/hostname | docker import - made:1");
});

afterAll(async () => {
  await cloud.stop();
  await cloud.machines.removeAll();
  rmSync(directory, { recursive: true, force: true });
});

test("a machine's engine comes in with the user's auth token alone, over TLS that it trusts", async () => {
  await shell(`docker tag made:1 ${repositories}/ours/app:1`);
  await expect(shell(`docker push ${repositories}/ours/app:1`)).rejects.toThrow(
    /no basic auth|unauthorized/i,
  );
  await expect(login("another")).rejects.toThrow(/unauthorized/i);
  expect(await login(cloud.emulator.account.authToken)).toContain("Login Succeeded");
});

test("what is pushed to a repository that was made can be pulled by its digest; others refuse", async () => {
  const pushed = await shell(`docker push ${repositories}/ours/app:1`);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
  await shell(
    `docker rmi made:1 ${repositories}/ours/app:1 && docker pull ${repositories}/ours/app@${digest}`,
  );
  await shell(`docker tag ${repositories}/ours/app@${digest} ${repositories}/ours/other:1`);
  await expect(shell(`docker push ${repositories}/ours/other:1`)).rejects.toThrow(/denied.*Repo not found/s);
  const image = `${cloud.emulator.account.namespace}/ours/app`;
  expect(await askAsOperator(image, "1")).toBe(`200 ${digest}`);
});
