import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { bakeFault, p95Ms } from "./bake-judge.ts";
import { countersAt, countersOf, since, sum } from "./bake-watch.ts";

const METRICS = `# HELP http_requests_total HTTP requests answered
http_requests_total{method="GET",path="/jobs",status="200"} 90
http_requests_total{method="GET",path="/jobs",status="503"} 10
http_request_duration_seconds_bucket{le="0.1",method="GET",path="/jobs"} 80
http_request_duration_seconds_bucket{le="1",method="GET",path="/jobs"} 96
http_request_duration_seconds_bucket{le="+Inf",method="GET",path="/jobs"} 100
http_request_duration_seconds_bucket{le="+Inf",method="POST",path="/jobs"} 0
process_start_time_seconds 1764115200
`;
const counters = countersOf(METRICS);
const limits = { errorRateMax: 0.01, p95MsMax: 2_000 };

describe("what a process has counted", () => {
  test("is read from its metrics over all routes", () => {
    expect(counters).toEqual({ requests: 100, errors: 10, buckets: { "0.1": 80, "1": 96, "+Inf": 100 } });
  });

  test("counts since the first look, and from nothing for one that was not there then or has started anew", () => {
    const now = { requests: 150, errors: 10, buckets: { "0.1": 130, "1": 146, "+Inf": 150 } };
    expect(since(counters, now)).toEqual({
      requests: 50,
      errors: 0,
      buckets: { "0.1": 50, "1": 50, "+Inf": 50 },
    });
    expect(since(undefined, now)).toBe(now);
    const anew = { requests: 5, errors: 5, buckets: {} };
    expect(since(counters, anew)).toBe(anew);
  });

  test("adds up over processes", () => {
    expect(sum([counters, counters])).toMatchObject({ requests: 200, errors: 20, buckets: { "+Inf": 200 } });
  });
});

describe("the time that 95 of 100 requests stayed under", () => {
  test("is the bound of their bucket", () => {
    expect(p95Ms(counters)).toBe(1_000);
  });

  test("is none without requests, and beyond all bounds where they took longer", () => {
    expect(p95Ms({ buckets: {} })).toBeNull();
    expect(p95Ms({ buckets: { "10": 0, "+Inf": 4 } })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a release that is watched", () => {
  const counted = (requests: number, errors: number, slow = 0) => ({
    requests,
    errors,
    buckets: { "0.1": requests - slow, "5": requests, "+Inf": requests },
  });

  test("may fail where its errors are more than the limit", () => {
    expect(bakeFault(counted(1_000, 11), limits)).toMatch(/11 of 1000 requests were answered with 5xx/);
    expect(bakeFault(counted(1_000, 10), limits)).toBeUndefined();
  });

  test("does not fail for an error or two among few", () => {
    expect(bakeFault(counted(10, 2), limits)).toBeUndefined();
    expect(bakeFault(counted(10, 3), limits)).toBeDefined();
  });

  test("fails where it is slow, once there are enough requests to say so", () => {
    expect(bakeFault(counted(100, 0, 50), limits)).toMatch(/took up to 5000 ms/);
    expect(bakeFault(counted(100, 0, 4), limits)).toBeUndefined();
    expect(bakeFault(counted(10, 0, 10), limits)).toBeUndefined();
  });
});

test("a process that begins to tell its counters and does not end is looked at again later", async () => {
  const server = createServer((_request, response) => void response.write("http_requests_total"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  expect(await countersAt("127.0.0.1", port)).toBeUndefined();
  server.closeAllConnections();
  server.close();
});
