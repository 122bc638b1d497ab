import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ObjectStoreError } from "./errors.ts";
import { ObjectStore } from "./object-store.ts";

/** More than the sockets' own buffers take. */
const CONTENT = Buffer.alloc(16 * 1024 * 1024, "content ");
const HALF = CONTENT.length / 2;
const HOUR_MS = 3_600_000;

let server: Server;
let store: ObjectStore;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  answer = () => {};
  server = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const who = { user: "tests", password: "tests-tests", region: "auto", bucket: "b", publicUrl: "" };
  store = new ObjectStore({ ...who, endpoint: `127.0.0.1:${port}`, useTls: false });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const put = (content: Buffer | PassThrough, signal?: AbortSignal) =>
  store.put("key", content, CONTENT.length, "text/plain", signal);

/** Lets time pass until the work has ended, and gives what it ended with. */
async function afterLong(work: Promise<unknown>): Promise<unknown> {
  let end: unknown;
  work.then(
    (value) => {
      end = value ?? "done";
    },
    (error: unknown) => {
      end = error;
    },
  );
  while (end === undefined) {
    await vi.advanceTimersByTimeAsync(1_000);
    await turn();
  }
  return end;
}

function expectStalled(error: unknown): void {
  expect(error).toBeInstanceOf(ObjectStoreError);
  expect(error).toMatchObject({
    status: 503,
    message: expect.stringContaining("nothing has moved for 30 s"),
  });
}

/** Gives the first half of the content and then nothing. */
function hangInTheMiddle(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-length": CONTENT.length }).write(CONTENT.subarray(0, HALF));
}

describe("a store that hangs is given up", () => {
  test("when it takes no more of a content", async () => {
    expectStalled(await afterLong(put(CONTENT)));
  });

  test("when it does not answer a content that it has taken", async () => {
    answer = (request) => request.resume();
    expectStalled(await afterLong(put(CONTENT)));
  });

  test("when it does not answer a read", async () => {
    expectStalled(await afterLong(store.get("key")));
  });

  test("when it gives no more of a content", async () => {
    answer = hangInTheMiddle;
    expectStalled(await afterLong(store.get("key").then(buffer)));
  });
});

test("a store that goes away in the middle of a content is told as the store's failure", async () => {
  answer = (request, response) => {
    hangInTheMiddle(request, response);
    setTimeout(() => response.destroy(), 50);
  };
  expect(await afterLong(store.get("key").then(buffer))).toMatchObject({
    name: "ObjectStoreError",
    status: 503,
    message: expect.stringContaining("cannot read content"),
  });
});

describe("a store that has to wait is not to blame", () => {
  test("for content that comes slowly", async () => {
    const content = new PassThrough();
    const received = Promise.withResolvers<void>();
    let bytes = 0;
    answer = (request, response) => {
      request.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes === HALF) received.resolve();
      });
      request.on("end", () => response.end());
    };
    const stored = put(content);
    content.write(CONTENT.subarray(0, HALF));
    await received.promise;
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    content.end(CONTENT.subarray(HALF));
    await stored;
    expect(bytes).toBe(CONTENT.length);
  });

  test("for content that is read slowly", async () => {
    answer = (_request, response) => response.writeHead(200).end(CONTENT);
    const content = await store.get("key");
    await once(content, "readable");
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    expect((await buffer(content)).equals(CONTENT)).toBe(true);
  });
});

describe("an abort ends", () => {
  test("a content that is sent", async () => {
    const stop = new AbortController();
    answer = () => stop.abort("draining");
    await expect(put(CONTENT, stop.signal)).rejects.toBeInstanceOf(ObjectStoreError);
  });

  test("a content that is read", async () => {
    const stop = new AbortController();
    answer = hangInTheMiddle;
    const content = await store.get("key", { signal: stop.signal });
    const read = buffer(content);
    stop.abort("draining");
    await expect(read).rejects.toBeDefined();
  });
});
