import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dataset } from "../core/dataset.ts";
import { TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";
import { TOKEN } from "../testing/token.ts";

let stack: TestStack;
let client: TestClient;
let port: number;

beforeAll(async () => {
  stack = await createStack();
  const { url } = await stack.startApi();
  client = new TestClient(url);
  port = Number(new URL(url).port);
});
afterAll(() => stack.remove());

const LIMIT = 10 * 1024 * 1024;
const NASTY = [
  "../../etc/passwd",
  "'; DROP TABLE jobs; --",
  "<script>alert(1)</script>",
  "a\u0000b",
  "",
  " a",
  "a\nb",
];

async function post(body: string | Buffer, type = "application/json"): Promise<number> {
  const answer = await client.fetch("/datasets", {
    method: "POST",
    body: body as string,
    headers: { "content-type": type },
  });
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  expect(await answer.json()).toMatchObject({ status: answer.status, request_id: expect.any(String) });
  return answer.status;
}

describe("a body that is refused", () => {
  test.each<[string, string | Buffer, number]>([
    ["malformed JSON", '{"name":', 400],
    ["nothing", "", 400],
    ["an array", "[]", 400],
    ["a wrong type", '{"name":1,"format":"text"}', 400],
    ["an unknown field", '{"name":"a","format":"text","admin":true}', 400],
    ["a poisoned prototype", '{"__proto__":{"a":1},"name":"a","format":"text"}', 400],
    ["bad UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), 400],
    ["10 MB and one byte", Buffer.alloc(LIMIT + 1, 0x20), 413],
  ])("%s", async (_, body, status) => {
    expect(await post(body)).toBe(status);
  });

  test("a form", async () => {
    expect(await post("name=a", "application/x-www-form-urlencoded")).toBe(415);
  });

  test.each(NASTY)("a dataset named %j", async (name) => {
    expect(await post(JSON.stringify({ name, format: "text" }))).toBe(400);
  });
});

test("SQL and HTML in a description come back as the text they are", async () => {
  const description = "'; DROP TABLE jobs; -- <script>alert(1)</script>";
  const answer = await client.json("POST", "/datasets", { name: "inert", description, format: "text" });
  expect([answer.status, await answer.json()]).toMatchObject([201, { description }]);
});

describe("content that is refused", () => {
  let dataset: Dataset;
  beforeAll(async () => {
    const answer = await client.json("POST", "/datasets", { name: "csv", format: "csv" });
    dataset = (await answer.json()) as Dataset;
  });

  test.each<[string, string | Buffer, number]>([
    ["a bad line", "text\na,b", 422],
    ["an unclosed quote", `text\n"${"a\n".repeat(700_000)}`, 422],
    ["a row of commas", `text\n${",".repeat(100_000)}`, 422],
    ["bad UTF-8", Buffer.from([0x74, 0x65, 0x78, 0x74, 0x0a, 0xff]), 422],
    ["nothing", "", 422],
    ["10 MB and one byte", Buffer.alloc(LIMIT + 1, 0x61), 413],
  ])("%s, and nothing is stored", async (_, body, status) => {
    const answer = await client.fetch(`/datasets/${dataset.id}/content`, {
      method: "PUT",
      body: body as string,
    });
    expect([answer.status, await answer.json()]).toMatchObject([status, { status }]);
    const after = await (await client.fetch(`/datasets/${dataset.id}`)).json();
    expect(after).toMatchObject({ status: "empty", bytes: null });
  });
});

describe("an address that is refused", () => {
  test.each([
    ["/jobs/..%2f..%2fetc%2fpasswd", 400],
    ["/jobs/' OR 1=1", 400],
    ["/jobs?limit=0", 400],
    ["/jobs?limit=abc", 400],
    ["/jobs?cursor=%00", 400],
    ["/jobs?status=lost", 400],
    ["/jobs?state=failed", 400],
    ["/jobs/%zz", 400],
    [`/jobs/${"a".repeat(300)}`, 414],
    ["/nothing", 404],
    ["/jobs/00000000-0000-7000-8000-000000000000", 404],
  ])("%s is a %i problem", async (path, status) => {
    const answer = await client.fetch(path);
    expect([answer.status, await answer.json()]).toMatchObject([status, { status }]);
    expect(answer.headers.get("x-request-id")).toMatch(/^[\w.:-]{1,128}$/);
  });

  test("a request id is kept when it is harmless, and made anew when it is not", async () => {
    const idOf = async (given: string) =>
      (await client.fetch("/jobs", { headers: { "x-request-id": given } })).headers.get("x-request-id");
    expect(await idOf("caller-1.a:b")).toBe("caller-1.a:b");
    for (const hostile of ["<script>", '{"a":1}', "a b", "x".repeat(129)]) {
      expect(await idOf(hostile)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("another method is a 405 that names the known ones", async () => {
    const answer = await client.fetch("/stats", { method: "DELETE" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    const traced = await client.fetch("/stats", { method: "PATCH", body: "{" });
    expect(traced.status).toBe(405);
  });
});

/** Sends text on a bare connection and returns all that comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer)).on("error", reject);
  });
}

test("a flood of headers is a 431 problem", async () => {
  const answer = await raw(`GET /api/v1/jobs HTTP/1.1\r\nHost: a\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1.1 431 /);
  expect(answer).toContain("application/problem+json");
});

test("what is not HTTP is a 400 problem", async () => {
  expect(await raw("HELLO\r\n\r\n")).toMatch(/^HTTP\/1.1 400 [\s\S]*problem\+json/);
});

test("no log line holds the token", () => {
  expect(stack.logLines.length).toBeGreaterThan(10);
  expect(stack.logLines.join("")).not.toContain(TOKEN);
});
