import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { Edge, type EdgeTls } from "./edge.ts";

const settings = { httpPort: 28_080, connectionsPerClientMax: 64, memoryMb: 64, cpus: 1.5 };
const ca = { id: pulumi.output("ca-id"), name: pulumi.output("ca-name") };

async function edge(tls?: EdgeTls, image = "nginx@sha256:a") {
  const { resources, result } = await recordProgram(
    () =>
      new Edge(
        "edge",
        {
          scope: { prefix: "test" },
          settings,
          image: pulumi.output(image),
          network: { id: "net" },
          ca,
          ...(tls ? { tls } : {}),
          bodies: { requestSizeMbMax: 10, objectSizeMbMax: 200, bucket: "finetune-models" },
        },
        {},
      ),
  );
  return { resources, url: result.url };
}

test("the edge is reached at its port of this machine", async () => {
  const { resources, url } = await edge();
  expect(url).toBe("http://localhost:28080");
  expect(inputsOf(resources, "Service", "edge").endpointSpec.ports).toMatchObject([
    { targetPort: 8080, publishedPort: 28_080, publishMode: "host" },
  ]);
});

test("a new edge waits for the old one to give the port back", async () => {
  const { updateConfig } = inputsOf((await edge()).resources, "Service", "edge");
  expect(updateConfig.order).toBe("stop-first");
});

test("an edge that stops answers the requests that it has", async () => {
  const { containerSpec } = inputsOf((await edge()).resources, "Service", "edge").taskSpec;
  expect(containerSpec).toMatchObject({ stopSignal: "SIGQUIT", stopGracePeriod: "30s" });
});

const own = { port: 28_443, certificate: pulumi.secret("chain"), key: pulumi.secret("key") };

test("an edge with the stack's own certificate serves that, by Nginx alone", async () => {
  const { resources } = await edge(own);
  const { containerSpec } = inputsOf(resources, "Service", "edge").taskSpec;
  expect(containerSpec.args).toBeUndefined();
  const conf = Buffer.from(inputsOf(resources, "ServiceConfig", "edge-conf").data, "base64").toString();
  expect(conf).toContain("ssl_certificate /run/secrets/edge-tls-certificate;");
});

test("an edge before issued certificates only reads them, and has the stack's own until there are some", async () => {
  const { resources } = await edge({ ...own, issued: "test-certificates-data" });
  const { containerSpec } = inputsOf(resources, "Service", "edge").taskSpec;
  expect(containerSpec.mounts).toContainEqual({
    ...{ type: "volume", target: "/certificates", source: "test-certificates-data", readOnly: true },
  });
  expect(containerSpec.args).toEqual(["sh", "/etc/slipway/door.sh"]);
  const script = Buffer.from(inputsOf(resources, "ServiceConfig", "edge-script").data, "base64").toString();
  expect(script).toContain("ln -sf /run/secrets/edge-tls-certificate /tmp/door/own/chain.pem");
  const conf = Buffer.from(inputsOf(resources, "ServiceConfig", "edge-conf").data, "base64").toString();
  expect(conf).toContain("ssl_certificate $read_each_time/tmp/door/live/chain.pem;");
});
