import { expect, test } from "vitest";
import type { Pool } from "../adapters/postgres/pool.ts";
import type { BackgroundFigures } from "./background-figures.ts";
import { Metrics } from "./metrics.ts";

test("a scrape is answered while the database is away, with its figures as no numbers", async () => {
  const metrics = new Metrics({ version: "1", release: "r" });
  const away = { get: () => Promise.reject(new Error("away")) } as unknown as BackgroundFigures;
  metrics.addSources({ totalCount: 3, idleCount: 1 } as Pool, 25, away);
  metrics.observe("GET", "/jobs", 503, 0.1);
  const text = await metrics.registry.metrics();
  expect(text).toContain('http_requests_total{method="GET",path="/jobs",status="503"} 1');
  expect(text).toContain("db_connections_active 2");
  expect(text).toMatch(/^worker_pool_queued_jobs nan$/im);
  expect(text).toMatch(/^jobs_total\{status="failed"\} nan$/im);
});

test("a request is counted once, however often it is scraped", async () => {
  const metrics = new Metrics({ version: "1", release: "r" });
  const counted = async () =>
    /^http_requests_total\{.*"200"\} (\d+)$/m.exec(await metrics.registry.metrics())?.[1];
  metrics.observe("GET", "/jobs", 200, 0.1);
  metrics.observe("GET", "/jobs", 200, 0.1);
  expect([await counted(), await counted()]).toEqual(["2", "2"]);
  metrics.observe("GET", "/jobs", 200, undefined);
  expect(await counted()).toBe("3");
});
