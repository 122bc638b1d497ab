import { describe, expect, test } from "vitest";
import { parseRoute, placeOf } from "./route.ts";

describe("parseRoute", () => {
  test.each([
    ["/", { page: "jobs" }],
    ["/jobs", { page: "jobs" }],
    ["/jobs/", { page: "jobs" }],
    ["/jobs/new", { page: "job-new" }],
    ["/jobs/0190", { page: "job", id: "0190" }],
    ["/datasets/new", { page: "dataset-new" }],
    ["/datasets/0190", { page: "dataset", id: "0190" }],
    ["/models", { page: "models" }],
    ["/models/0190", { page: "model", id: "0190" }],
    ["/models/new", { page: "nowhere" }],
    ["/operations", { page: "operations" }],
    ["/operations/x", { page: "nowhere" }],
    ["/jobs/1/2", { page: "nowhere" }],
    ["/constructor", { page: "nowhere" }],
  ])("%s leads to %o", (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });
});

describe("placeOf", () => {
  test("a page below a list belongs to the list", () => {
    expect(placeOf({ page: "job", id: "1" })).toBe("jobs");
    expect(placeOf({ page: "dataset-new" })).toBe("datasets");
    expect(placeOf({ page: "nowhere" })).toBeUndefined();
  });
});
