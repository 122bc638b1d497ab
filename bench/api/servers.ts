import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../app/testing/free-port.ts";
import { type ObjectStoreServer, startObjectStore } from "../../app/testing/object-store.ts";
import type { ApiDatabase } from "./database.ts";

const TOKEN = "bench-token-0123456789";
const START_MAX_MS = 20_000;
/** What the image sets. */
const NODE_SETTINGS = {
  NODE_ENV: "production",
  NODE_OPTIONS: "--max-semi-space-size=4",
  MALLOC_ARENA_MAX: "1",
};
/** Linux counts a process's time in these, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

export interface BenchServer {
  readonly url: string;
  readonly token: string;
  /** User and system time so far. */
  cpuSeconds(): number;
  /** Lines it has written to stdout by now. */
  logLines(): Promise<number>;
  stop(): Promise<void>;
}

/** Fastify and the pool with the two queries, nothing else. */
export function startBare({ url }: ApiDatabase): Promise<BenchServer> {
  return startServer("bare-server.ts", { DATABASE_URL: url });
}

/** The API as the image runs it, its limits lifted but counted, its log written to a file. */
export async function startReal({ url }: ApiDatabase): Promise<BenchServer> {
  const store: ObjectStoreServer = await startObjectStore();
  const settings = {
    DATABASE_URL: url,
    MINIO_ENDPOINT: store.endpoint,
    MINIO_USER: store.user,
    MINIO_PASSWORD: store.password,
    MINIO_USE_SSL: "false",
    API_TOKENS: TOKEN,
    TRUSTED_PROXIES: "uniquelocal",
    RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000",
  };
  const server = await startServer("../../app/api/main.ts", settings).catch((error: unknown) => {
    store.remove();
    throw error;
  });
  return {
    ...server,
    stop: () => server.stop().finally(() => store.remove()),
  };
}

async function startServer(path: string, settings: Record<string, string>): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const log = join(folder, "log");
  const stdout = openSync(log, "w");
  const port = await freePort();
  const file = fileURLToPath(new URL(path, import.meta.url));
  const env = { PATH: process.env.PATH, ...NODE_SETTINGS, PORT: String(port), ...settings };
  // Such as --cpu-prof, to see where the time goes.
  const flags = (process.env.BENCH_NODE_FLAGS ?? "").split(" ").filter(Boolean);
  const child = spawn(process.execPath, [...flags, file], { env, stdio: ["ignore", stdout, "inherit"] });
  closeSync(stdout);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswering(child, url);
  return {
    url,
    token: TOKEN,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    logLines: () => countLines(log),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

async function untilAnswering(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_MAX_MS;
  while (!(await fetch(`${url}/api/v1/health`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null) throw new Error("a server ended before it answered");
    if (Date.now() > deadline) throw new Error(`nothing answers at ${url}`);
    await sleep(50);
  }
}

/** The log of a whole benchmark is too large for one string. */
async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
    for (const byte of chunk) if (byte === 10) lines += 1;
  return lines;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
