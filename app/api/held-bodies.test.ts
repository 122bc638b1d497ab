import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";
import Fastify from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limitHeldBodies } from "./held-bodies.ts";
import type { Api } from "./server.ts";

const MEGABYTE = 1024 * 1024;
const LIMIT = 10 * MEGABYTE;
let app: Api;
let port: number;
/** What earlier hooks of a request with `X-Wait` wait for, as the count of requests does for the database. */
let waited: PromiseWithResolvers<void>;
let waiting = 0;

beforeEach(async () => {
  waited = Promise.withResolvers();
  app = Fastify({ bodyLimit: LIMIT }) as unknown as Api;
  app.addHook("onRequest", async (request) => {
    if (request.headers["x-wait"] === undefined) return;
    waiting += 1;
    await waited.promise;
  });
  limitHeldBodies(app, LIMIT);
  app.post("/held", async () => "taken");
  app.put("/streamed", { config: { streamed: true } }, async () => "taken");
  port = Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
});
afterEach(() => app.close());

/** Announces a body and sends nothing of it. */
function announce(path: string, header: string) {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${header}\r\n\r\n`);
  return socket;
}

async function post(bytes: number): Promise<number> {
  const body = JSON.stringify("a".repeat(bytes - 2));
  const headers = { "content-type": "application/json" };
  return (await fetch(`http://127.0.0.1:${port}/held`, { method: "POST", headers, body })).status;
}

test("the third of the largest is refused while two are under way, and taken when one has gone", async () => {
  const [first, ...rest] = Array.from({ length: 2 }, () =>
    announce("POST /held", `Content-Length: ${LIMIT}`),
  );
  await expect.poll(() => post(LIMIT)).toBe(503);
  expect(await post(1_000)).toBe(200);
  first?.destroy();
  await expect.poll(() => post(LIMIT)).toBe(200);
  for (const socket of rest) socket.destroy();
});

test("bodies that end, break off, or are no HTTP leave nothing behind", async () => {
  for (let n = 0; n < 8; n += 1) {
    expect(await post(LIMIT)).toBe(200);
    const broken = announce("POST /held", `Content-Length: ${LIMIT}`);
    await once(broken, "connect");
    broken.destroy();
    const chunked = announce("POST /held", "Transfer-Encoding: chunked");
    chunked.end("zz\r\n");
    await once(chunked.resume(), "close");
    await expect.poll(() => post(LIMIT)).toBe(200);
  }
});

test("bodies that break off before their turn leave nothing behind either", async () => {
  const all = Array.from({ length: 3 }, () =>
    announce("POST /held", `X-Wait: yes\r\nContent-Length: ${LIMIT}`),
  );
  await expect.poll(() => waiting).toBe(3);
  for (const socket of all) socket.destroy();
  await expect.poll(() => promisify(app.server.getConnections).call(app.server)).toBe(0);
  waited.resolve();
  expect(await post(LIMIT)).toBe(200);
});

test("a streamed body counts only where its length is not announced", async () => {
  const announced = Array.from({ length: 5 }, () => announce("PUT /streamed", `Content-Length: ${LIMIT}`));
  expect(await post(LIMIT)).toBe(200);
  const unknown = Array.from({ length: 2 }, () => announce("PUT /streamed", "Transfer-Encoding: chunked"));
  await expect.poll(() => post(LIMIT)).toBe(503);
  for (const socket of [...announced, ...unknown]) socket.destroy();
});
