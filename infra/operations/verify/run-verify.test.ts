import { expect, test } from "vitest";
import type { Door } from "./door.ts";
import { runChecks } from "./run-verify.ts";

const door: Door = { url: "http://localhost:1", authority: "", token: "x" };

test("checks are made in their order, each with what those before have made", async () => {
  const noted = await runChecks(door, {
    first: async (_door, made) => {
      made.job = "job-1";
      return undefined;
    },
    second: async (_door, made) => `saw ${made.job}`,
  });
  expect(noted).toEqual({ first: "good", second: "saw job-1" });
});

test("the first that fails is named, and none after it is made", async () => {
  let isMade = false;
  const checks = {
    health: async () => {
      throw new AggregateError([], "");
    },
    page: async () => {
      isMade = true;
      return undefined;
    },
  };
  await expect(runChecks(door, checks)).rejects.toThrow(/^health: /);
  expect(isMade).toBe(false);
});

test("a door that nobody opens fails the first check, with the engine's own word for it", async () => {
  await expect(runChecks(door)).rejects.toThrow(/^health: .*ECONNREFUSED/);
});
