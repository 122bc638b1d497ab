import { expect, test } from "vitest";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { liveServices, startServices, stopServices, writersOf } from "./app-services.ts";

/** An engine with services by name, whose containers take some looks to end. */
function engine(replicas: Record<string, number>, looksMax = 2) {
  let looks = 0;
  const docker: Docker = async ([, verb, ...args]) => {
    if (verb === "ls") return Object.keys(replicas).join("\n");
    if (verb === "scale")
      for (const wanted of args.slice(1)) replicas[wanted.split("=")[0] ?? ""] = Number(wanted.split("=")[1]);
    if (verb === "ps") {
      looks += 1;
      return looks > looksMax ? "Shutdown 1 second ago" : "Shutdown 1 second ago\nRunning 2 hours ago";
    }
    if (verb !== "inspect") return "";
    const found = args.map((Name) => ({
      Spec: {
        ...{ Name, Mode: { Replicated: { Replicas: replicas[Name] } } },
        TaskTemplate: { ContainerSpec: { Env: ["A=b", `SLIPWAY_SPEC=${Name}=x`] } },
      },
    }));
    return JSON.stringify(found);
  };
  return { docker, namePrefix: "shop", replicas, looks: () => looks };
}

test("services of the stack alone are read, with what they were asked to be", async () => {
  const live = await liveServices(engine({ "shop-backend": 2, "my-shop-backend": 1 }));
  expect([...live]).toEqual([["shop-backend", { replicas: 2, asked: "shop-backend=x" }]]);
});

test("a stack without services has none", async () => {
  expect((await liveServices(engine({}))).size).toBe(0);
});

test("those that write are stopped, and waited for, and those that stand still are started again", async () => {
  const stack = engine({ "shop-backend": 2, "shop-worker": 1, "shop-postgres": 1 });
  const writers = writersOf(stack, await liveServices(stack));
  expect(writers).toEqual({ "shop-backend": 2, "shop-worker": 1 });
  await stopServices(stack, Object.keys(writers));
  expect(stack.looks()).toBe(3);
  expect(stack.replicas).toEqual({ "shop-backend": 0, "shop-worker": 0, "shop-postgres": 1 });
  stack.replicas["shop-worker"] = 4;
  await startServices(stack, writers);
  expect(stack.replicas).toEqual({ "shop-backend": 2, "shop-worker": 4, "shop-postgres": 1 });
});
