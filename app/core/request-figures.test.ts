import { describe, expect, test } from "vitest";
import { p95Ms, RequestFigures } from "./request-figures.ts";

describe("RequestFigures", () => {
  test("forgets what is older than a minute", () => {
    let now = 0;
    const figures = new RequestFigures(() => now);
    figures.record(0.003, false);
    now = 30_000;
    figures.record(0.003, true);
    expect(figures.counts()).toMatchObject({ requests: 2, errors: 1 });
    now = 61_000;
    expect(figures.counts()).toMatchObject({ requests: 1, errors: 1 });
  });
});

describe("p95Ms", () => {
  test("lies in the bucket that holds the 95th of 100 requests", () => {
    const figures = new RequestFigures(() => 0);
    for (let index = 0; index < 94; index += 1) figures.record(0.0005, false);
    for (let index = 0; index < 6; index += 1) figures.record(0.2, false);
    expect(p95Ms(figures.counts().latency)).toBeGreaterThan(100);
    expect(p95Ms(figures.counts().latency)).toBeLessThanOrEqual(250);
  });

  test("is null without requests", () => {
    expect(p95Ms([])).toBeNull();
  });
});
