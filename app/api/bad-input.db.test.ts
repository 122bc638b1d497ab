import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeOf } from "../connections.ts";
import type { Dataset } from "../core/dataset.ts";
import { OPENAPI_FILE } from "../openapi-document.ts";
import { type AppProcess, startAppProcess } from "../testing/app-process.ts";
import { bytesOf, type Part, readBadInput } from "../testing/bad-input.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { type PlaceForText, placesForText } from "../testing/places-for-text.ts";
import { residentBytes } from "../testing/resident-bytes.ts";
import { createStack, type TestStack } from "../testing/stack.ts";
import { TOKEN } from "../testing/token.ts";

const MEGABYTE = 1024 * 1024;
/** What the process may have grown by when all of the corpus was sent again: the heap breathes, a leak goes on. */
const GROWTH_MAX_BYTES = 48 * MEGABYTE;
/** The backend's container has no more by default, and Node is told so. */
const RESIDENT_MAX_BYTES = 256 * MEGABYTE;
const PRODUCTION = {
  NODE_OPTIONS: "--max-old-space-size=179 --max-semi-space-size=4",
  MALLOC_ARENA_MAX: "1",
};
const API = fileURLToPath(new URL("main.ts", import.meta.url));
const MISSING = "00000000-0000-7000-8000-000000000000";

const input = readBadInput();
let stack: TestStack;
let api: AppProcess;
let client: TestClient;
let port: number;
let target: Dataset;

beforeAll(async () => {
  stack = await createStack();
  api = startAppProcess(API, { ...stack.environment, ...PRODUCTION });
  const { url } = (await api.logged("api is listening")) as { url: string };
  client = new TestClient(url);
  port = Number(new URL(url).port);
  target = await client.dataset("target", "text", sampleText(10));
});
afterAll(async () => {
  api.kill("SIGKILL");
  await stack.remove();
});

/** Checks that the answer is a problem document, and returns its status. */
async function problem(answer: Response): Promise<number> {
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(answer.headers.get("x-request-id")).toMatch(/^[\w.:-]{1,128}$/);
  expect(await answer.json()).toMatchObject({ status: answer.status, detail: expect.stringMatching(/\.$/) });
  return answer.status;
}

function sendBody({ to, parts, headers }: (typeof input.bodies)[number]): Promise<Response> {
  const [method = "", path = ""] = to.split(" ");
  const body = bytesOf(parts);
  return client.fetch(path, { method, body, headers: { "content-type": "application/json", ...headers } });
}

/** Sends bytes on a bare connection and returns all that comes back until it is closed. */
function sendRaw(parts: readonly Part[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytesOf(parts)));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    // A server that refuses may close before all was sent.
    socket.on("error", () => {}).on("close", () => resolve(answer));
  });
}

/** A request to the place with the text in it; everything else of it is right. */
function sendText(place: PlaceForText, text: string): Promise<Response> {
  const ids = { createJob: target.id, listJobs: target.id };
  const body: Record<string, string> =
    place.operationId === "createDataset"
      ? { name: `n${Math.random()}`, format: "text" }
      : { dataset_id: ids.createJob, base_model: "char-mlp-small" };
  if (place.in === "body") body[place.name] = text;
  const path = place.path
    .replace("/api/v1", "")
    .replace("{id}", place.in === "path" ? encodeURIComponent(text) : MISSING);
  const query = place.in === "query" ? `?${place.name}=${encodeURIComponent(text)}` : "";
  const hasBody = place.method === "POST" && /^create(Job|Dataset)$/.test(place.operationId);
  return client.fetch(`${path}${query}`, {
    method: place.method,
    headers: {
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...(place.in === "header" ? { [place.name]: text } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(body) } : {}),
  });
}

async function emptyDataset(name: string, format: Dataset["format"]): Promise<Dataset> {
  return (await (await client.json("POST", "/datasets", { name, format })).json()) as Dataset;
}

describe("a body that is refused:", () => {
  test.each(input.bodies)("$case", async (bad) => {
    expect(await problem(await sendBody(bad))).toBe(bad.status);
  });
});

describe("a dataset's content that is refused:", () => {
  test.each(input.contents)("$format, $case", async ({ case: name, format, parts, headers = {}, status }) => {
    const dataset = await emptyDataset(`${format} ${name}`.replace(/[^\w .-]/g, "-"), format);
    const path = `/datasets/${dataset.id}/content`;
    const answer = await client.fetch(path, { method: "PUT", body: bytesOf(parts), headers });
    expect(await problem(answer)).toBe(status);
    expect(await (await client.fetch(`/datasets/${dataset.id}`)).json()).toEqual(dataset);
  });
});

describe("a hostile text", () => {
  const places = placesForText(JSON.parse(readFileSync(OPENAPI_FILE, "utf8")));
  /** Kept as it is, and given back as JSON alone; the name only where it fits the document's pattern. */
  const isFree = ({ operationId, name }: PlaceForText) =>
    (operationId === "createDataset" && name !== "format") || name === "idempotency-key";

  test("has more than 20 places where it could be written", () => {
    expect(places.length).toBeGreaterThan(20);
  });

  test.each(places)("in $name of $operationId is refused, or kept as the text it is", async (place) => {
    const texts = input.strings.filter((text) => place.in !== "header" || /^[\x21-\x7e]+$/.test(text));
    for (const text of texts) {
      const answer = await sendText(place, text);
      if (!answer.ok || !isFree(place)) {
        const status = await problem(answer);
        expect([status >= 400 && status < 500, text]).toEqual([true, text]);
        continue;
      }
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      const kept = (await answer.json()) as Record<string, unknown>;
      if (place.in === "body") expect(kept[place.name]).toBe(text);
    }
  });

  test.each(["x-request-id", "accept", "range", "if-none-match", "last-event-id", "origin", "user-agent"])(
    "in the header %s changes nothing but the answer's status",
    async (name) => {
      const texts = input.strings.filter((text) => /^[\x20-\x7e]*$/.test(text));
      for (const text of texts) {
        const answer = await client.fetch("/jobs?limit=1", { headers: { [name]: text } });
        expect([answer.status, text]).toEqual([200, text]);
        expect(answer.headers.get("access-control-allow-origin")).toBe(null);
        await answer.arrayBuffer();
      }
    },
  );
});

test.each(input.addresses)("the address %s is a %i problem", async (path, status) => {
  expect(await problem(await client.fetch(path))).toBe(status);
});

describe("on a bare connection", () => {
  test.each(input.raw)("$case is a $status problem", async ({ parts, status, bare }) => {
    const answer = await sendRaw(parts);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    if (!bare) expect(answer).toContain("application/problem+json");
  });
});

test("a request id is kept when it is harmless, and made anew when it is not", async () => {
  const idOf = async (given: string) =>
    (await client.fetch("/jobs", { headers: { "x-request-id": given } })).headers.get("x-request-id");
  expect(await idOf("caller-1.a:b")).toBe("caller-1.a:b");
  for (const hostile of ["<script>", '{"a":1}', "a b", "x".repeat(129)]) {
    expect(await idOf(hostile)).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("another method is a 405 that names the known ones, whatever its body", async () => {
  const answer = await client.fetch("/stats", { method: "DELETE" });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await client.fetch("/stats", { method: "PATCH", body: "{" })).status).toBe(405);
});

describe("a client that is slow on purpose", () => {
  const head = (path: string, type: string) =>
    `${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\n`;

  /** Sends the start at once and then a byte a second; the answer, and after how many seconds. */
  async function dribble(start: string) {
    const askedAt = performance.now();
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(start));
    const timer = setInterval(() => socket.write("a"), 1_000);
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    await new Promise<void>((resolve) => socket.on("error", () => {}).on("close", () => resolve()));
    clearInterval(timer);
    return { answer, seconds: (performance.now() - askedAt) / 1_000 };
  }

  test("is told so after a minute at most, however many there are, and holds up nobody", {
    timeout: 120_000,
  }, async () => {
    const dataset = await emptyDataset("slow", "text");
    const put = head(`PUT /api/v1/datasets/${dataset.id}/content`, "text/plain");
    const post = head("POST /api/v1/datasets", "application/json");
    const starts = Array.from({ length: 60 }, () => ["GET /api/v1/jobs HTTP/1.1\r\nX-A: ", post, put]).flat();
    const all = Promise.all(starts.map(dribble));
    await sleep(2_000);
    const askedAt = performance.now();
    expect((await client.fetch("/jobs")).status).toBe(200);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    for (const { answer, seconds } of await all) {
      expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*problem\+json/);
      expect(seconds).toBeLessThan(70);
    }
    expect(await (await client.fetch(`/datasets/${dataset.id}`)).json()).toEqual(dataset);
  });
});

test("many bodies of 10 MB at once do not fill the memory, and get clear answers", async () => {
  const body = `[${" ".repeat(10 * MEGABYTE - 2)}]`;
  const headers = { "content-type": "application/json" };
  const sizes: number[] = [];
  const timer = setInterval(() => sizes.push(residentBytes(api.pid)), 100);
  const details = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const answer = await client.fetch("/datasets", { method: "POST", body, headers });
      return ((await answer.json()) as { detail: string }).detail;
    }),
  );
  clearInterval(timer);
  const counts = Object.entries(Object.groupBy(details, (detail) => detail)).map(
    ([detail, all]) => `${all?.length}: ${detail}`,
  );
  process.stdout.write(`${counts.join(" ")} MB at most: ${Math.round(Math.max(...sizes) / MEGABYTE)}\n`);
  expect(new Set(details)).toEqual(
    new Set(["The request is not valid: body must be object.", "Too many large bodies are under way."]),
  );
  expect(Math.max(...sizes)).toBeLessThan(RESIDENT_MAX_BYTES);
});

test("memory is steady when all of it is sent again and again", { timeout: 300_000 }, async () => {
  const dataset = await emptyDataset("again", "csv");
  const sendAll = async () => {
    for (const bad of input.bodies) await (await sendBody(bad)).arrayBuffer();
    for (const { parts } of input.contents) {
      const path = `/datasets/${dataset.id}/content`;
      await (await client.fetch(path, { method: "PUT", body: bytesOf(parts) })).arrayBuffer();
    }
    await Promise.all(input.raw.map(({ parts }) => sendRaw(parts)));
  };
  const residents: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await sendAll();
    residents.push(residentBytes(api.pid));
  }
  const [, settled = 0] = residents;
  process.stdout.write(`MB after each round: ${residents.map((b) => Math.round(b / MEGABYTE)).join(" ")}\n`);
  expect((residents.at(-1) ?? 0) - settled).toBeLessThan(GROWTH_MAX_BYTES);
  expect(Math.max(...residents)).toBeLessThan(RESIDENT_MAX_BYTES);
});

test("nothing of all this is stored half, logged as our fault, or logged with the token", async () => {
  const stored = await stack.query<{ object_key: string }>(
    "SELECT object_key FROM datasets WHERE status = 'ready'",
  );
  const keys: string[] = [];
  for await (const { key } of storeOf(stack.settings()).list("")) keys.push(key);
  expect(keys).toEqual(stored.map(({ object_key }) => object_key));
  expect(keys).toHaveLength(1);
  const faults = await stack.query(
    "SELECT name FROM datasets WHERE status = 'empty' AND (bytes, sha256, rows, object_key) IS DISTINCT FROM (NULL, NULL, NULL, NULL)",
  );
  expect(faults).toEqual([]);
  expect(api.lines.length).toBeGreaterThan(100);
  const faulty = api.lines
    .map((line) => JSON.parse(line))
    .filter(({ level, msg }) => level === "error" || msg === "a chore failed");
  expect(faulty.map(({ msg, err }) => `${msg} ${err?.message}`).slice(0, 5)).toEqual([]);
  const answered = api.lines.map((line) => JSON.parse(line).status).filter((status) => status >= 500);
  expect(new Set(answered)).toEqual(new Set([503]));
  expect(api.lines.join("")).not.toContain(TOKEN);
  expect(api.stderr()).toBe("");
});
