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
/** Jobs come in so many parts, one before each kill: a fast machine has work left when it comes, too. */
const PARTS = 8;
/** A kill comes when the part's jobs are under way. */
const BEFORE_KILL_MS = 1_000;
const AFTER_KILL_MS = 2_000;
/** The parts, counted from 0, during which database and object store are away. */
const RESTARTS = { database: 2, "object store": 5 } as const;
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
    const dataset = (await client.dataset("chaos", "text", sampleText(300))).id;
    const startedAt = performance.now();
    const { kills, restarts } = await disturb({ servers, workers, database, client, dataset }, options);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { kills, restarts, seconds, ...(await inspectJobs(database, client)) };
  } finally {
    await workers.end();
    api.kill("SIGKILL");
    await database.end();
    await servers.remove();
  }
}

type Stage = {
  servers: Servers;
  workers: WorkerPool;
  database: pg.Pool;
  client: TestClient;
  dataset: string;
};

async function createJobs({ client, dataset }: Stage, count: number): Promise<void> {
  const job = { dataset_id: dataset, base_model: "char-mlp-small", parameters: { epochs: 3, seed: 7 } };
  for (let n = 0; n < count; n += 1) await client.job(job);
}

/** Takes away what the round takes away, for a while. Returns its name; undefined where that is nothing. */
async function restart({ servers }: Stage, round: number): Promise<string | undefined> {
  if (round === RESTARTS.database) {
    await servers.postgres.stop("SIGQUIT");
    await sleep(AWAY_MS);
    await servers.postgres.start();
    return "database";
  }
  if (round !== RESTARTS["object store"]) return undefined;
  servers.objectStore.stop();
  await sleep(AWAY_MS);
  await servers.objectStore.start();
  return "object store";
}

/** Kills, stops and starts until every job has come and ended, or the time is over. */
async function disturb(stage: Stage, { jobs, endMaxMs }: ChaosOptions) {
  const kills = { SIGKILL: 0, SIGTERM: 0 };
  const restarts: string[] = [];
  const deadline = performance.now() + endMaxMs;
  let created = 0;
  for (let round = 0; performance.now() < deadline; round += 1) {
    const part = Math.min(Math.ceil(jobs / PARTS), jobs - created);
    await createJobs(stage, part);
    created += part;
    await sleep(BEFORE_KILL_MS);
    const restarted = await restart(stage, round);
    if (restarted) restarts.push(restarted);
    const signal = round % 2 === 0 ? "SIGKILL" : "SIGTERM";
    await stage.workers.replace(round % WORKERS, signal);
    kills[signal] += 1;
    await sleep(AFTER_KILL_MS);
    if (created === jobs && (await countEnded(stage.database)) === jobs) break;
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
