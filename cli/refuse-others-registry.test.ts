import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { refuseOthersRegistry } from "./refuse-others-registry.ts";
import type { StackEngine } from "./stack-engine.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
/** Of a base image: every stack of one toolchain may have it. */
const SHARED = `sha256:${"b".repeat(64)}`;

/** A checkout whose stack has its registry at the port of a server that has images of these digests. */
async function checkout({ digests, isRegistry = true }: { digests: string[]; isRegistry?: boolean }) {
  const server = createServer(({ url = "" }, response) => {
    const found = url === "/v2/" || digests.includes(url.split("/").at(-1) ?? "");
    if (isRegistry) response.setHeader("docker-distribution-api-version", "registry/2.0");
    response.writeHead(found ? 200 : 404).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const root = mkdtempSync(join(tmpdir(), "slipway-registry-"));
  writeFileSync(join(root, "Pulumi.prod.yaml"), `config:\n  slipway:registry:\n    port: ${port}\n`);
  return { root, stack: "prod" };
}

const noState = async () => "{}";

/** An engine with a registry that has these digests; undefined for one without a registry. */
function engine(digests: string[] | undefined): StackEngine {
  const docker = async ([verb]: readonly string[]) => {
    if (verb === "inspect") return digests ? "true 25000" : "";
    return (digests ?? []).map((digest) => `slipway/app one ${digest}`).join("\n");
  };
  return { docker, namePrefix: "shop" } as unknown as StackEngine;
}

test("the registry of another stack is refused by the setting's name, also before there is an engine", async () => {
  const others = await checkout({ digests: ["sha256:other"] });
  for (const own of [engine([DIGEST]), engine(undefined), undefined])
    await expect(refuseOthersRegistry(others, own, noState)).rejects.toThrow(
      /Pulumi\.prod\.yaml: registry\/port: at port \d+ .* another stack's registry/,
    );
});

test("the registry of another stack is refused though it has some of the same images", async () => {
  const others = await checkout({ digests: [SHARED] });
  await expect(refuseOthersRegistry(others, engine([SHARED, DIGEST]), noState)).rejects.toThrow(
    /another stack's registry/,
  );
});

test("an engine that does not tell of its registry is not taken for one without", async () => {
  const others = await checkout({ digests: [DIGEST] });
  const failing = (words: string) => ({ ...engine([]), docker: () => Promise.reject(new Error(words)) });
  await expect(refuseOthersRegistry(others, failing("connection reset"), noState)).rejects.toThrow(
    "connection reset",
  );
  await expect(
    refuseOthersRegistry(others, failing("Error: No such object: shop-registry"), noState),
  ).rejects.toThrow(/another stack's registry/);
});

test("a stack whose machine is only half made may have a registry already", async () => {
  const others = await checkout({ digests: [DIGEST] });
  const made = {
    deployment: { resources: [{ urn: "urn:pulumi:a::b::c::node-1", type: "oci:Core/instance:Instance" }] },
  };
  await refuseOthersRegistry(others, undefined, async () => JSON.stringify(made));
});

test("one's own is not, whichever checkout has made the way to it, nor one that has nothing yet", async () => {
  await refuseOthersRegistry(
    await checkout({ digests: [DIGEST, SHARED] }),
    engine([DIGEST, SHARED]),
    noState,
  );
  await refuseOthersRegistry(await checkout({ digests: [] }), engine([]), noState);
});

test("a program that is no registry is none of another stack's, nor is nothing at all", async () => {
  await refuseOthersRegistry(await checkout({ digests: [], isRegistry: false }), engine([DIGEST]), noState);
  const root = mkdtempSync(join(tmpdir(), "slipway-registry-"));
  await refuseOthersRegistry({ root, stack: "prod" }, undefined, noState);
  writeFileSync(join(root, "Pulumi.prod.yaml"), "config:\n  slipway:registry:\n    port: 1\n");
  await refuseOthersRegistry({ root, stack: "prod" }, undefined, noState);
});
