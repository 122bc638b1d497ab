import { describe, expect, test } from "vitest";
import type { LiveService, LiveTask } from "./live-services.ts";
import { rollState } from "./roll-state.ts";

const BEGAN = Date.parse("2026-11-26T01:00:00Z");
const wanted = { asked: "new", sinceMs: BEGAN };

function service(spec: string, update?: string, replicas = 2): LiveService {
  return {
    ID: "s1",
    Version: { Index: 1 },
    Spec: {
      Name: "shop-backend",
      TaskTemplate: { ContainerSpec: { Env: ["A=b", `SLIPWAY_SPEC=${spec}`] } },
      Mode: { Replicated: { Replicas: replicas } },
    },
    ...(update ? { UpdateStatus: { State: update } } : {}),
  };
}

function task(spec: string, state: string, more: Partial<LiveTask> = {}): LiveTask {
  const isOver = ["failed", "shutdown", "complete"].includes(state);
  return {
    ID: `t-${state}`,
    ServiceID: "s1",
    CreatedAt: "2026-11-26T01:00:05.123456789Z",
    DesiredState: isOver ? "shutdown" : "running",
    Spec: { ContainerSpec: { Env: [`SLIPWAY_SPEC=${spec}`] } },
    Status: { State: state, ...(state === "failed" ? { Err: "task: non-zero exit (1)" } : {}) },
    ...more,
  };
}

describe("a service is done", () => {
  test("when its update is over and all replicas run what was asked", () => {
    const tasks = [task("new", "running"), task("new", "running"), task("old", "shutdown")];
    expect(rollState(service("new", "completed"), tasks, wanted)).toEqual({ state: "done" });
  });

  test("not with more than it asks for, which Swarm must be told to end", () => {
    const tasks = Array.from({ length: 4 }, () => task("new", "running"));
    expect(rollState(service("new", "completed"), tasks, wanted)).toMatchObject({ hasExtra: true });
    expect(rollState(service("new", "updating"), tasks, wanted)).not.toHaveProperty("hasExtra");
  });

  test("also where it was taken back once, and is what is asked now", () => {
    const tasks = [task("new", "running"), task("new", "running")];
    expect(rollState(service("new", "rollback_completed"), tasks, wanted)).toEqual({ state: "done" });
  });
});

describe("a service is waited for", () => {
  test.each([
    ["one replica is still the old one", "completed", [task("new", "running"), task("old", "running")]],
    [
      "an old replica is beside all new ones",
      "completed",
      [task("new", "running"), task("new", "running"), task("old", "running")],
    ],
    ["Swarm is not done with it", "updating", [task("new", "running"), task("new", "running")]],
    ["a replica is still starting", "completed", [task("new", "running"), task("new", "starting")]],
    [
      "one failed, and Swarm itself deals with it",
      "updating",
      [task("new", "failed"), task("old", "running")],
    ],
  ])("while %s", (_why, update, tasks) => {
    expect(rollState(service("new", update), tasks, wanted).state).toBe("waiting");
  });

  test("while a new one has failed fewer than three times: what it needs may be starting too", () => {
    const failures = [task("new", "failed"), task("new", "failed")];
    expect(rollState(service("new"), failures, wanted).state).toBe("waiting");
    expect(rollState(service("new"), [...failures, task("new", "failed")], wanted).state).toBe("failed");
  });
});

describe("a service has failed", () => {
  test("when Swarm has taken it back; the newest container that ended says why", () => {
    const tasks = [task("new", "failed"), task("old", "running"), task("old", "running")];
    expect(rollState(service("old", "rollback_completed"), tasks, wanted)).toEqual({
      state: "failed",
      reason: "it did not stay healthy, and Swarm has taken it back (task: non-zero exit (1))",
      task: "t-failed",
    });
  });

  test.each(["failed", "complete"])("when a container is %s after its update", (state) => {
    const tasks = [task("new", "running"), task("new", "running"), task("new", state)];
    expect(rollState(service("new", "completed"), tasks, wanted)).toMatchObject({ state: "failed" });
  });

  test("when it is something else, or nothing", () => {
    expect(rollState(service("other", "completed"), [], wanted)).toMatchObject({ state: "failed" });
    expect(rollState(undefined, [], wanted)).toEqual({ state: "failed", reason: "it is not there" });
  });

  test("but not for what ended before the release began", () => {
    const before = task("new", "failed", { CreatedAt: "2026-11-26T00:59:00Z" });
    const tasks = [task("new", "running"), task("new", "running"), before];
    expect(rollState(service("new", "completed"), tasks, wanted)).toEqual({ state: "done" });
  });
});
