import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.ts";

const BIN = "/usr/lib/postgresql/15/bin";
const START_MAX_MS = 20_000;

export interface PostgresServer {
  readonly port: number;
  /** Of a database of the server; all roles and passwords are open on loopback. */
  url(database: string): string;
  /** Runs one statement in the maintenance database. */
  admin(sql: string): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and data after `stop`. */
  start(): Promise<void>;
  /** Stops and removes the data. */
  remove(): Promise<void>;
}

/** A Postgres 15 of this machine's binaries, with data in a temporary folder and `settings` for its command line. */
export async function startPostgres(settings: readonly string[] = ["fsync=off"]): Promise<PostgresServer> {
  ensureInstalled();
  const { folder, data, user } = createData();
  const port = await freePort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const flags = [
    "max_connections=300",
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${folder}`,
    ...settings,
  ];
  const args = ["-D", data, "-p", String(port), ...flags.flatMap((flag) => ["-c", flag])];
  let server: ReturnType<typeof spawn> | undefined;
  const start = async () => {
    server = spawn(join(BIN, "postgres"), args, { ...user, cwd: folder, stdio: "ignore" });
    await untilReady(url("postgres"));
  };
  const stop = async (signal: NodeJS.Signals = "SIGINT") => {
    const stopping = server;
    server = undefined;
    if (!stopping || stopping.exitCode !== null) return;
    const exited = once(stopping, "exit");
    stopping.kill(signal);
    await exited;
  };
  await start();
  return {
    port,
    url,
    start,
    stop,
    admin: (sql) => run(url("postgres"), sql),
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty cluster, owned by the user the server will run as. */
function createData() {
  const folder = mkdtempSync(join(tmpdir(), "slipway-postgres-"));
  const user = serverUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"];
  execFileSync(join(BIN, "initdb"), options, { ...user, cwd: folder, stdio: "pipe" });
  return { folder, data, user };
}

/** Postgres refuses to run as root: the Debian package's user takes its place. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function ensureInstalled(): void {
  if (existsSync(join(BIN, "postgres"))) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`Postgres 15 is needed in ${BIN}: install the package postgresql-15.`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-q"], { env, stdio: "pipe" });
  execFileSync("apt-get", ["install", "-qy", "--no-install-recommends", "postgresql-15"], {
    env,
    stdio: "pipe",
  });
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + START_MAX_MS;
  for (;;) {
    try {
      return await run(url, "SELECT 1");
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
