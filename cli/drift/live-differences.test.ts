import { expect, test } from "vitest";
import type { LiveService } from "../../infra/operations/release/live-services.ts";
import type { CallEngine } from "../../infra/swarm/engine-call.ts";
import { replicaDifferences } from "./live-differences.ts";

const service: LiveService = {
  ID: "edge",
  Version: { Index: 1 },
  Spec: { Name: "shop-edge", TaskTemplate: {}, Mode: { Replicated: { Replicas: 2 } } },
};

/** What is told where the engine has containers that should be, and are, in these states. */
function found(...states: (readonly [should: string, is: string])[]) {
  const tasks = states.map(([DesiredState, State], index) => ({
    ...{ ID: `${index}`, ServiceID: "edge", CreatedAt: `${index}`, DesiredState, Spec: {} },
    Status: { State },
  }));
  const call = async () => ({ status: 200, body: tasks, now: 0 });
  return replicaDifferences(call as unknown as CallEngine, [service]);
}

const runs = ["running", "running"] as const;

test("a service with as many containers as it asks for differs in nothing, while one that was replaced ends too", async () => {
  expect(await found(runs, runs)).toEqual([]);
  expect(await found(runs, runs, ["shutdown", "running"])).toEqual([]);
});

test("fewer and more of them are told", async () => {
  const difference = { service: "shop-edge", what: "running containers", was: "2" };
  expect(await found(runs, ["running", "starting"])).toEqual([{ ...difference, is: "1" }]);
  expect(await found(runs, ["shutdown", "running"])).toEqual([{ ...difference, is: "1" }]);
  expect(await found(runs, runs, runs)).toEqual([{ ...difference, is: "3" }]);
});
