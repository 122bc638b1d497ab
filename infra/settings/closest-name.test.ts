import { expect, test } from "vitest";
import { closestName } from "./closest-name.ts";

const known = ["memoryMb", "cpus", "connectionsMax"];

test("a slip of the finger still means its neighbour", () => {
  expect(closestName("memoryMB", known)).toBe("memoryMb");
  expect(closestName("conectionsMax", known)).toBe("connectionsMax");
});

test("a name like no other means nothing", () => {
  expect(closestName("telemetry", known)).toBeUndefined();
});
