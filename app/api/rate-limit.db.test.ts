import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAppProcess } from "../testing/app-process.ts";
import { TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";
import { TOKEN } from "../testing/token.ts";

let stack: TestStack;
const limits = { RATE_LIMIT_REQUESTS_PER_MINUTE: "100", RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE: "10" };
let clients: [TestClient, TestClient];

beforeAll(async () => {
  stack = await createStack();
  const urls = [(await stack.startApi(limits)).url, (await stack.startApi(limits)).url];
  clients = urls.map((url) => new TestClient(url)) as [TestClient, TestClient];
});
afterAll(() => stack.remove());

async function statuses(count: number, path: string, method: string): Promise<number[]> {
  const answers = Array.from({ length: count }, (_, n) =>
    clients[n % 2 === 0 ? 0 : 1].fetch(path, { method }),
  );
  return (await Promise.all(answers)).map(({ status }) => status);
}

test("two replicas together let exactly 10 expensive requests a minute through", async () => {
  const path = "/datasets/00000000-0000-7000-8000-000000000000/upload-url";
  const found = await statuses(30, path, "POST");
  expect(found.filter((status) => status === 404)).toHaveLength(10);
  expect(found.filter((status) => status === 429)).toHaveLength(20);
});

test("two replicas together let exactly 100 requests through, expensive ones included", async () => {
  const found = await statuses(160, "/jobs", "GET");
  // The 30 expensive ones before count too.
  expect(found.filter((status) => status === 200)).toHaveLength(70);
  expect(found.filter((status) => status === 429)).toHaveLength(90);
});

test("the refusal says when to come back", async () => {
  const answer = await clients[0].fetch("/jobs");
  expect(answer.status).toBe(429);
  expect(answer.headers.get("ratelimit-limit")).toBe("100");
  expect(answer.headers.get("ratelimit-remaining")).toBe("0");
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect(await answer.json()).toMatchObject({ status: 429, title: "Too Many Requests" });
});

test("health probes are never refused", async () => {
  const found = await statuses(20, "/health", "GET");
  expect(new Set(found)).toEqual(new Set([200]));
});

test("a client's own X-Forwarded-For does not make it another client", async () => {
  const answer = await clients[1].fetch("/jobs", { headers: { "x-forwarded-for": "203.0.113.9" } });
  expect(answer.status).toBe(429);
});

test("behind a trusted proxy each client has a limit of its own", async () => {
  const trusting = await stack.startApi({ ...limits, TRUSTED_PROXIES: "loopback" });
  const client = new TestClient(trusting.url);
  const answer = await client.fetch("/jobs", { headers: { "x-forwarded-for": "203.0.113.9" } });
  expect([answer.status, answer.headers.get("ratelimit-remaining")]).toEqual([200, "99"]);
});

test("metrics are counted when they are asked through the edge, and not when scraped directly", async () => {
  const client = new TestClient((await stack.startApi({ ...limits, TRUSTED_PROXIES: "loopback" })).url);
  const through = await client.fetch("/metrics", { headers: { "x-forwarded-for": "203.0.113.10" } });
  expect([through.status, through.headers.get("ratelimit-remaining")]).toEqual([200, "99"]);
  const direct = await client.fetch("/metrics", { headers: { authorization: "none" } });
  expect([direct.status, direct.headers.get("ratelimit-remaining")]).toEqual([200, null]);
});

test("what is not there is counted and needs a token, at the probes' addresses too", async () => {
  const url = (await stack.startApi({ ...limits, TRUSTED_PROXIES: "loopback" })).url.replace(
    "0.0.0.0",
    "127.0.0.1",
  );
  const others = {
    "GET /nowhere": 404,
    "GET /api/v1/nowhere": 404,
    "POST /health": 405,
    "DELETE /health/ready": 405,
  };
  const ask = async (other: string, token: string) => {
    const [method = "", path] = other.split(" ");
    const headers = { authorization: `Bearer ${token}`, "x-forwarded-for": "203.0.113.11" };
    const answer = await fetch(`${url}${path}`, { method, headers });
    return [other, answer.status, answer.headers.get("ratelimit-remaining")];
  };
  for (const [n, [other, status]] of Object.entries(others).entries()) {
    expect(await ask(other, "wrong-wrong-wrong-wrong")).toEqual([other, 401, String(99 - 2 * n)]);
    expect(await ask(other, TOKEN)).toEqual([other, status, String(98 - 2 * n)]);
  }
});

test("a new window begins when the old one ends", async () => {
  await stack.query("UPDATE rate_windows SET expires_at = now() - interval '1 ms'");
  const fresh = new TestClient((await stack.startApi(limits)).url);
  expect((await fresh.fetch("/jobs")).headers.get("ratelimit-remaining")).toBe("99");
});

test("of one client and two replicas in processes of their own, the 100th request is answered and the 101st refused", async () => {
  const other = await createStack();
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const replicas = [1, 2].map(() => startAppProcess(main, { ...other.environment, ...limits }));
  try {
    const urls = await Promise.all(replicas.map((replica) => replica.logged("api is listening")));
    const [first, second] = urls.map(({ url }) => new TestClient(String(url)));
    const asked: [number, string | null][] = [];
    for (let n = 0; n < 104; n += 1) {
      const answer = await (n % 2 === 0 ? first : second)?.fetch("/jobs");
      asked.push([answer?.status ?? 0, answer?.headers.get("ratelimit-remaining") ?? null]);
    }
    expect(asked.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => [200, String(99 - n)]));
    expect(asked.slice(100).map(([status]) => status)).toEqual([429, 429, 429, 429]);
  } finally {
    for (const replica of replicas) replica.kill("SIGKILL");
    await other.remove();
  }
});
