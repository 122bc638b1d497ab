import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pino } from "pino";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ObjectStoreError } from "../adapters/object-store/errors.ts";
import { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import type { Executor } from "../core/executor.ts";
import { runJob } from "./run-job.ts";

/** What was waited, in milliseconds; no time passes. */
const waits: number[] = [];
vi.mock("node:timers/promises", async (original) => ({
  ...(await original<typeof import("node:timers/promises")>()),
  setTimeout: async (ms: number) => void waits.push(ms),
}));
beforeEach(() => {
  waits.length = 0;
});

const MODEL = { name: "m", contentType: "text/plain", metrics: {}, content: Buffer.from("model") };
const CLAIM = {
  ...{ id: "job", token: "token", attempt: 1, executor: "local", ran_ms: 0, checkpoint_key: null },
  dataset: { name: "d", format: "text", bytes: 1, sha256: "x", object_key: "datasets/d" },
} as unknown as Claim;

/** A store that takes every request and answers none unless told to. `asked` resolves at the first. */
async function fakeStore(answer?: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const who = { user: "tests", password: "tests-tests", region: "auto", bucket: "b", publicUrl: "" };
  const store = new ObjectStore({ ...who, endpoint: `127.0.0.1:${port}`, useTls: false });
  return { store, asked: once(server, "request") };
}

const runs: [string, Executor["run"]][] = [
  [
    "reads its dataset",
    async ({ dataset }) =>
      dataset
        .open()
        .then(buffer)
        .then(() => MODEL),
  ],
  ["stores its model", async () => MODEL],
];
test.each(runs)(
  "a worker that shuts down is not held by a job that %s while the store hangs",
  async (_, run) => {
    const { store, asked } = await fakeStore();
    const ends: string[] = [];
    const queue = {
      report: async () => true,
      giveBack: async () => ends.push("given back") > 0,
    } as unknown as Queue;
    const stop = new AbortController();
    const tools = { queue, store, logger: pino({ level: "silent" }), timeoutMs: 3_600_000 };
    const executors = new Map([["local" as const, { name: "local" as const, run }]]);
    const running = runJob({ ...tools, executors }, CLAIM, stop, () => {});
    await asked;
    stop.abort("draining");
    await running;
    expect(ends).toEqual(["given back"]);
  },
);

const troubles: [string, number, number, number, string, number[]][] = [
  ["goes on in its place where the store is away", 503, 503, 3, "given back", [2_000]],
  ["goes on in its place where the store lets nobody in", 403, 403, 3, "given back", [2_000]],
  ["goes on in its place, after longer, where the store is full", 507, 200, 3, "given back", [20_000]],
  ["is tried again later where the store fails at one object alone", 500, 200, 1, "tried again", []],
  ["is tried again later where the store refuses one object alone", 403, 200, 2, "tried again", []],
  ["fails in the end where the store still refuses one object alone", 403, 200, 3, "failed", []],
];
test.each(troubles)("a job %s", async (_, status, bucketStatus, attempt, end, waited) => {
  const { store } = await fakeStore((_request, response) => response.writeHead(bucketStatus).end());
  const ends: string[] = [];
  const noted = (name: string) => async () => ends.push(name) > 0;
  const queue = {
    report: async () => true,
    giveBack: noted("given back"),
    retry: noted("tried again"),
    fail: noted("failed"),
  } as unknown as Queue;
  const run = async () => {
    throw new ObjectStoreError("object store: cannot read datasets/d", status);
  };
  const tools = { queue, store, logger: pino({ level: "silent" }), timeoutMs: 3_600_000 };
  const executors = new Map([["local" as const, { name: "local" as const, run }]]);
  await runJob({ ...tools, executors }, { ...CLAIM, attempt }, new AbortController(), () => {});
  expect(ends).toEqual([end]);
  expect(waits).toEqual(waited);
});
