import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import type { Executor } from "../core/executor.ts";
import { runJob } from "./run-job.ts";

const MODEL = { name: "m", contentType: "text/plain", metrics: {}, content: Buffer.from("model") };
const CLAIM = {
  ...{ id: "job", token: "token", attempt: 1, executor: "local", ran_ms: 0, checkpoint_key: null },
  dataset: { name: "d", format: "text", bytes: 1, sha256: "x", object_key: "datasets/d" },
} as unknown as Claim;

/** A store that takes every request and answers none. `asked` resolves at the first. */
async function hangingStore() {
  const server = createServer().listen(0, "127.0.0.1");
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
    const { store, asked } = await hangingStore();
    const ends: string[] = [];
    const queue = {
      report: async () => true,
      giveBack: async () => ends.push("given back") > 0,
    } as unknown as Queue;
    const stop = new AbortController();
    const tools = { queue, store, logger: pino({ level: "silent" }), timeoutMs: 3_600_000 };
    const executors = new Map([["local" as const, { name: "local" as const, run }]]);
    const running = runJob({ ...tools, executors }, CLAIM, stop);
    await asked;
    stop.abort("draining");
    await running;
    expect(ends).toEqual(["given back"]);
  },
);
