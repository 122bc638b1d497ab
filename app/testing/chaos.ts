import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type AppProcess, startAppProcess } from "./app-process.ts";
import { type ChaosFindings, inspectJobs, watchEnds } from "./chaos-findings.ts";
import { sampleText, TestClient } from "./client.ts";
import { type Servers, startServers } from "./servers.ts";

const API = fileURLToPath(new URL("../api/main.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("chaos-worker.ts", import.meta.url));
const WITHOUT_LEASE = new URL("without-lease.ts", import.meta.url).href;
const WORKERS = 3;
const JOBS_AT_ONCE = 4;
const BETWEEN_KILLS_MS = 3_000;
/** How long database and object store are away, each. */
const AWAY_MS = 1_500;

export interface ChaosOptions {
  readonly jobs: number;
  readonly endMaxMs: number;
  /** Runs a queue without leases, which must be found out. */
  readonly withoutLease?: boolean;
}

export interface ChaosReport extends ChaosFindings {
  readonly kills: Readonly<Record<"SIGKILL" | "SIGTERM", number>>;
  readonly restarts: readonly string[];
  readonly seconds: number;
}

/** Short jobs while workers are killed every few seconds, and the database and the object store restart once each. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const servers = await startServers();
  const workers = new WorkerPool(servers, options.withoutLease === true);
  const api = startAppProcess(API, servers.environment);
  const database = new pg.Pool({ connectionString: servers.databaseUrl, max: 2 });
  database.on("error", () => {});
  try {
    await watchEnds(database);
    const { url } = (await api.logged("api is listening")) as { url: string };
    const client = new TestClient(url);
    await createJobs(client, options.jobs);
    const startedAt = performance.now();
    const { kills, restarts } = await disturb(servers, workers, database, options);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { kills, restarts, seconds, ...(await inspectJobs(database, client)) };
  } finally {
    await workers.end();
    api.kill("SIGKILL");
    await database.end();
    await servers.remove();
  }
}

async function createJobs(client: TestClient, count: number): Promise<void> {
  const { id } = await client.dataset("chaos", "text", sampleText(300));
  const job = { dataset_id: id, base_model: "char-mlp-small", parameters: { epochs: 3, seed: 7 } };
  for (let n = 0; n < count; n += 1) await client.job(job);
}

/** Kills, stops and starts until every job has ended, or the time is over. */
async function disturb(servers: Servers, workers: WorkerPool, database: pg.Pool, options: ChaosOptions) {
  const kills = { SIGKILL: 0, SIGTERM: 0 };
  const restarts: string[] = [];
  const deadline = performance.now() + options.endMaxMs;
  const restartAt = (share: number, name: string, ended: number) =>
    ended >= options.jobs * share && !restarts.includes(name) && restarts.push(name) > 0;
  for (let round = 0; performance.now() < deadline; round += 1) {
    await sleep(BETWEEN_KILLS_MS);
    const ended = await countEnded(database);
    if (ended === options.jobs) break;
    if (restartAt(0.2, "database", ended)) {
      await servers.postgres.stop("SIGQUIT");
      await sleep(AWAY_MS);
      await servers.postgres.start();
    } else if (restartAt(0.5, "object store", ended)) {
      servers.objectStore.stop();
      await sleep(AWAY_MS);
      await servers.objectStore.start();
    }
    const signal = round % 2 === 0 ? "SIGKILL" : "SIGTERM";
    await workers.replace(round % WORKERS, signal);
    kills[signal] += 1;
  }
  return { kills, restarts };
}

async function countEnded(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ ended: number }>(
    "SELECT count(*)::int AS ended FROM jobs WHERE finished_at IS NOT NULL",
  );
  return rows[0]?.ended ?? 0;
}

/** So many workers at any time; one that is told to stop overlaps with the one in its place, as in an update. */
class WorkerPool {
  readonly #environment: Servers["environment"];
  readonly #all: AppProcess[] = [];
  readonly #current: AppProcess[];

  constructor({ environment }: Servers, withoutLease: boolean) {
    const options = withoutLease ? { NODE_OPTIONS: `--import ${WITHOUT_LEASE}` } : {};
    this.#environment = { ...environment, ...options, WORKER_POOL_SIZE: String(JOBS_AT_ONCE) };
    this.#current = Array.from({ length: WORKERS }, () => this.#start());
  }

  /** Resolves when the new one runs: on a busy machine none would, were they killed by the clock alone. */
  async replace(place: number, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#current[place]?.kill(signal);
    const worker = this.#start();
    this.#current[place] = worker;
    await worker.logged("worker is running");
  }

  async end(): Promise<void> {
    for (const worker of this.#all) worker.kill("SIGKILL");
    await Promise.all(this.#all.map(({ ended }) => ended));
  }

  #start(): AppProcess {
    const worker = startAppProcess(WORKER, this.#environment);
    this.#all.push(worker);
    return worker;
  }
}
