import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { Edge } from "./edge.ts";

const settings = { httpPort: 28_080, connectionsPerClientMax: 64, memoryMb: 64, cpus: 1.5 };
const ca = { id: pulumi.output("ca-id"), name: pulumi.output("ca-name") };

async function edge(image = "nginx@sha256:a") {
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
