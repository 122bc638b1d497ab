import { expect, test } from "vitest";
import type { Docker } from "../../swarm/docker-client.ts";
import type { JobSpec } from "../../swarm/job-command.ts";
import { FakeEngine } from "./fake-engine.ts";
import { bake } from "./run-bake.ts";
import { migrateSchema } from "./run-migration.ts";

const job: JobSpec = {
  ...{ name: "shop-job", image: "x@sha256:abc", args: [], user: 1000, memoryMb: 64, cpus: 1, env: {} },
  ...{ secrets: [], configs: [], networks: [], labels: {}, timeoutSeconds: 5 },
};

/** What a gate is given whose jobs never start. */
function contextOf<Spec>(spec: Spec) {
  const context = new FakeEngine().context("aaaaaaaaaaaa", spec);
  const docker: Docker = async (args, input) => {
    if (args[0] === "config") return context.docker(args, input);
    if (args[1] === "ps") return JSON.stringify({ CurrentState: "Rejected now", Error: '"No such image"' });
    return args[1] === "logs" ? "it never spoke" : "";
  };
  return { ...context, docker, notes: { ...context.notes, docker } };
}

test("a watch that fails refuses the release with what the engine says of it", async () => {
  const door = { url: "http://127.0.0.1:1", authority: "", token: "" };
  const limits = { bakeSeconds: 1, errorRateMax: 0, p95MsMax: 1 };
  await expect(bake(contextOf({ ...limits, door, job, host: "backend", port: 8080 }))).rejects.toThrow(
    "is refused at bake: the watch failed (No such image). Its last lines:\nit never spoke",
  );
});

test("so does a plan of migrations", async () => {
  const spec = { plan: job, migrate: job, restorePoint: job };
  await expect(migrateSchema(contextOf(spec))).rejects.toThrow(
    "is refused at migration: the plan of migrations failed (No such image). Its last lines:\nit never spoke",
  );
});

/** The same whose jobs end well, and have said something. */
function contextOfDone<Spec>(spec: Spec, words: string) {
  const context = contextOf(spec);
  const docker: Docker = async (args, input) => {
    if (args[1] === "ps") return JSON.stringify({ CurrentState: "Complete now", Error: "" });
    return args[1] === "logs" ? words : context.docker(args, input);
  };
  return { ...context, docker };
}

test.each([
  [
    "no backend has told anything",
    0,
    /refused at bake: nothing was watched: no backend has told its metrics/,
  ],
  [
    "no request came through the door",
    2,
    /refused at bake: 1 of 1 requests through the door failed \(no answer\)/,
  ],
])("a watch that has seen nothing refuses the release: %s", async (_what, processes, reason) => {
  const door = { url: "http://127.0.0.1:1", authority: "", token: "" };
  const limits = { bakeSeconds: 1, errorRateMax: 0, p95MsMax: 1 };
  const words = JSON.stringify({ processes, counted: { requests: 0, errors: 0, buckets: {} } });
  const context = contextOfDone({ ...limits, door, job, host: "backend", port: 8080 }, words);
  await expect(bake(context)).rejects.toThrow(reason);
});
