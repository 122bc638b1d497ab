import { expect, test } from "vitest";
import { parseState } from "./stack-state.ts";

const stack = {
  type: "pulumi:pulumi:Stack",
  urn: "urn:pulumi:local::slipway::pulumi:pulumi:Stack::slipway-local",
};
const network = { type: "docker:index/network:Network", urn: "n", inputs: { name: "slipway-a-backend-net" } };
const volume = {
  type: "docker:index/volume:Volume",
  urn: "v",
  inputs: { name: "slipway-a-data" },
  protect: true,
};

const exported = (deployment: object | null) => JSON.stringify({ version: 3, deployment });

test("recorded and interrupted creations are told apart", () => {
  const state = parseState(
    exported({
      resources: [stack, network, volume],
      pending_operations: [
        {
          type: "creating",
          resource: { type: "docker:index/service:Service", urn: "s", inputs: { name: "slipway-a-edge" } },
        },
        { type: "updating", resource: network },
      ],
    }),
  );
  expect([...state.recorded]).toEqual(["slipway-a-backend-net", "slipway-a-data"]);
  expect([...state.interrupted]).toEqual(["slipway-a-edge"]);
  expect(state.isEmpty).toBe(false);
});

test("containers and services are known by name and URN", () => {
  const container = {
    type: "docker:index/container:Container",
    urn: "urn:registry",
    inputs: { name: "slipway-a-registry" },
  };
  const service = {
    type: "docker:index/service:Service",
    urn: "urn:edge",
    inputs: { name: "slipway-a-edge" },
  };
  const { running } = parseState(exported({ resources: [stack, network, container, service] }));
  expect([...running]).toEqual([
    ["slipway-a-registry", "urn:registry"],
    ["slipway-a-edge", "urn:edge"],
  ]);
});

test("a stack without a deployment, or with nothing but itself, is empty", () => {
  expect(parseState(exported(null)).isEmpty).toBe(true);
  expect(parseState(exported({})).isEmpty).toBe(true);
  expect(parseState(exported({ resources: [stack] })).isEmpty).toBe(true);
});
