import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type AppProcess, startAppProcess } from "../testing/app-process.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";
import { TOKEN } from "../testing/token.ts";

const API = fileURLToPath(new URL("main.ts", import.meta.url));
/** The contract's. */
const EXIT_MAX_MS = 30_000;

let stack: TestStack;
const started: AppProcess[] = [];
beforeAll(async () => {
  stack = await createStack();
});
afterEach(async () => {
  for (const item of started.splice(0)) item.kill("SIGKILL");
});
afterAll(() => stack.remove());

async function startApi(environment = {}) {
  const api = startAppProcess(API, { ...stack.environment, ...environment });
  started.push(api);
  const { url } = (await api.logged("api is listening")) as { url: string };
  return { api, url: url.replace("0.0.0.0", "127.0.0.1") };
}

/** Ends the process with one signal and says how, and how long it took. */
async function terminate(api: AppProcess) {
  const askedAt = performance.now();
  api.kill("SIGTERM");
  return { code: await api.ended, ms: performance.now() - askedAt };
}

/** A request whose body comes in pieces with pauses between; the answer's status. */
async function sendSlowly(url: string, method: string, type: string, pieces: string[], pauseMs: number) {
  const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": type, "content-length": bytes };
  const sending = httpRequest(url, { method, headers });
  const answered = once(sending, "response") as Promise<[IncomingMessage]>;
  answered.catch(() => {});
  for (const piece of pieces) {
    sending.write(piece);
    await sleep(pauseMs);
  }
  sending.end();
  const [answer] = await answered;
  await text(answer);
  return answer.statusCode;
}

/** Asks without pause on kept connections until the replica says that it leaves, as the edge would. */
async function askUntilToldToLeave(url: string, leaving: AbortSignal): Promise<(number | string)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const outcomes: (number | string)[] = [];
  const headers = { authorization: `Bearer ${TOKEN}` };
  while (!leaving.aborted) {
    const [answer] = (await once(
      httpRequest(`${url}/api/v1/jobs`, { agent, headers }).end(),
      "response",
    ).catch((error: Error) => [error.message])) as [IncomingMessage | string];
    if (typeof answer !== "string") await text(answer);
    outcomes.push(typeof answer === "string" ? answer : (answer.statusCode ?? 0));
  }
  agent.destroy();
  return outcomes;
}

test("SIGTERM under load loses no request, ends streams whole and exits 0", async () => {
  const { api, url } = await startApi();
  const client = new TestClient(url);
  const dataset = await client.dataset("shutdown", "text", sampleText(50));
  const job = await client.job({ dataset_id: dataset.id, base_model: "char-mlp-small" });
  const create = await client.json("POST", "/datasets", { name: "slow", format: "text" });
  const slow = (await create.json()) as { id: string };
  const stream = await client.fetch(`/jobs/${job.id}/logs`, { headers: { accept: "text/event-stream" } });
  const followed = stream.text();

  const rows = Array.from({ length: 30 }, (_, n) => `row ${n}\n`);
  const uploads = sendSlowly(`${url}/api/v1/datasets/${slow.id}/content`, "PUT", "text/plain", rows, 150);
  const json = ['{"name":', '"slow too",', '"format":"text"', "}"];
  const posts = sendSlowly(`${url}/api/v1/datasets`, "POST", "application/json", json, 1_000);
  const leaving = new AbortController();
  const load = Array.from({ length: 10 }, () => askUntilToldToLeave(url, leaving.signal));
  await sleep(500);

  const terminated = terminate(api);
  await expect
    .poll(async () => (await client.fetch("/health/ready")).status, { interval: 50, timeout: 2_500 })
    .toBe(503);
  leaving.abort();

  const outcomes = (await Promise.all(load)).flat();
  expect(new Set(outcomes)).toEqual(new Set([200]));
  expect(outcomes.length).toBeGreaterThan(50);
  expect([await uploads, await posts]).toEqual([200, 201]);
  expect(await followed).toContain("event: job");
  const { code, ms } = await terminated;
  expect([code, api.stderr()]).toEqual([0, ""]);
  expect(ms).toBeLessThan(EXIT_MAX_MS);
  expect(api.lines.at(-1)).toContain('"msg":"stopped"');
  const stored = await stack.query("SELECT status, rows FROM datasets WHERE id = $1", [slow.id]);
  expect(stored).toEqual([{ status: "ready", rows: "30" }]);
});

test("while it leaves, it says 503 with Retry-After to probes and asks kept connections to close", async () => {
  const { api, url } = await startApi();
  const client = new TestClient(url);
  const before = await client.fetch("/jobs");
  expect(before.headers.get("connection")).toBe("keep-alive");
  const terminated = terminate(api);
  await api.logged("shutting down");
  const [ready, live, jobs] = await Promise.all(
    ["/health/ready", "/health/live", "/jobs"].map((path) => client.fetch(path)),
  );
  expect([ready?.status, ready?.headers.get("retry-after")]).toEqual([503, "5"]);
  expect([live?.status, jobs?.status]).toEqual([200, 200]);
  expect(jobs?.headers.get("connection")).toBe("close");
  expect((await terminated).code).toBe(0);
  await expect(client.fetch("/health/ready")).rejects.toThrow();
});

test("clients that neither send nor read do not keep it from exiting 0 in time", async () => {
  const { api, url } = await startApi();
  const client = new TestClient(url);
  const create = await client.json("POST", "/datasets", { name: "stuck", format: "text" });
  expect(create.status, await create.clone().text()).toBe(201);
  const { id } = (await create.json()) as { id: string };
  const headers = { authorization: `Bearer ${TOKEN}`, "content-length": 1_000 };
  const stuck = httpRequest(`${url}/api/v1/datasets/${id}/content`, { method: "PUT", headers });
  stuck.on("error", () => {});
  stuck.write("half a row");
  await sleep(200);
  const { code, ms } = await terminate(api);
  expect([code, api.stderr()]).toEqual([0, ""]);
  expect(ms).toBeLessThan(EXIT_MAX_MS);
  expect(await stack.query("SELECT status FROM datasets WHERE id = $1", [id])).toEqual([{ status: "empty" }]);
});

test("a second signal ends it at once", async () => {
  const { api } = await startApi();
  api.kill("SIGTERM");
  await api.logged("shutting down");
  api.kill("SIGINT");
  expect(await api.ended).toBe(130);
  expect(api.lines.join("\n")).not.toContain('"msg":"stopped"');
});

test("a signal while it starts is heeded when it has started", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const api = startAppProcess(API, {
    ...stack.environment,
    DATABASE_URL: `postgres://app:app-password@127.0.0.1:${port}/app`,
  });
  started.push(api);
  // It waits for the database's first word, which never comes.
  const [socket] = await once(silent, "connection");
  api.kill("SIGTERM");
  expect(await api.ended).toBe(0);
  expect(api.lines.join("\n")).toContain('"msg":"stopped"');
  socket.destroy();
  silent.close();
});
