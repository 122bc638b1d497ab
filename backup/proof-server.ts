import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { BackupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import type { DatabaseShape } from "./manifest.ts";
import { endWithUs, lastWords, runProgram } from "./run-program.ts";

const START_MAX_MS = 60_000;
/** A server that replays its log first: as long as a job may take. */
const RECOVERY_MAX_MS = 6 * 3_600_000;

/** Nothing in it is kept, so it writes as little as it can. */
const SETTINGS = [
  ...["listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"],
  ...["max_wal_size=64MB", "min_wal_size=32MB", "wal_keep_size=0", "archive_mode=off"],
  ...["shared_buffers=32MB", "maintenance_work_mem=64MB", "max_connections=20", "autovacuum=off", "jit=off"],
];
const OF_A_NEW_CLUSTER = ["wal_level=minimal", "max_wal_senders=0"];

/** A Postgres server of its own, on a socket, that ends with the work: the live one is never used for proofs. */
export type ProofServer = { env: Record<string, string>; url(database: string): string };

/** Runs the work with a new, empty server whose data lies in a folder. */
export async function withProofServer<Result>(
  directory: string,
  work: (server: ProofServer) => Promise<Result>,
): Promise<Result> {
  const data = join(directory, "data");
  await makeCluster(data);
  return withServerOn({ data, settings: OF_A_NEW_CLUSTER, startMsMax: START_MAX_MS }, work);
}

/** Runs the work with a server on files that were restored, as soon as it has replayed its log to where it was told. */
export async function withRecoveredServer<Result>(
  { data, settings }: Omit<ServerArgs, "startMsMax">,
  work: (server: ProofServer) => Promise<Result>,
): Promise<Result> {
  return withServerOn({ data, settings, startMsMax: RECOVERY_MAX_MS }, work);
}

type ServerArgs = { data: string; settings: readonly string[]; startMsMax: number };

async function withServerOn<Result>(
  { data, settings: own, startMsMax }: ServerArgs,
  work: (server: ProofServer) => Promise<Result>,
): Promise<Result> {
  const socket = mkdtempSync(join(tmpdir(), "proof-"));
  const settings = [`unix_socket_directories=${socket}`, ...SETTINGS, ...own].flatMap((setting) => [
    "-c",
    setting,
  ]);
  const child = spawn("postgres", ["-D", data, ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  endWithUs(child, "SIGQUIT");
  let words = "";
  child.stderr.on("data", (chunk) => {
    words = `${words}${chunk}`.slice(-2_000);
  });
  const exited = once(child, "exit");
  const server = {
    env: { PGHOST: socket, PGUSER: "postgres" },
    url: (name: string) => socketUrl(socket, name),
  };
  try {
    await untilReady(server, startMsMax, () =>
      child.exitCode === null && child.signalCode === null ? undefined : words,
    );
    return await work(server);
  } finally {
    // Not SIGQUIT: this way the server sees its own processes end, and leaves none to whoever started it.
    child.kill("SIGINT");
    await exited;
  }
}

function socketUrl(socket: string, database: string): string {
  return `postgres://postgres@/${database}?host=${encodeURIComponent(socket)}`;
}

async function makeCluster(data: string): Promise<void> {
  const options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  const outcome = await runProgram("initdb", [...options, `--pgdata=${data}`]);
  if (outcome.exitCode === 0) return;
  const reason = /no space left/i.test(outcome.stderr) ? "disk-full" : "restore-failed";
  throw new BackupError(reason, `no server to restore into could be made: ${lastWords(outcome)}`);
}

async function untilReady(
  server: ProofServer,
  startMsMax: number,
  ended: () => string | undefined,
): Promise<void> {
  const deadline = Date.now() + startMsMax;
  for (;;) {
    const words = ended();
    if (words !== undefined) throw new BackupError("restore-failed", `the proof's server ended: ${words}`);
    const isReady = await withConnection(server.url("postgres"), async () => true).catch(() => false);
    if (isReady) return;
    if (Date.now() > deadline) throw new BackupError("restore-failed", "the proof's server does not start");
    await sleep(100);
  }
}

/** SQL that makes an empty database of a given shape; its role must exist. */
export function createDatabaseSql(name: string, { owner, encoding, collate, ctype }: DatabaseShape): string {
  const text = pg.escapeLiteral;
  return `CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${pg.escapeIdentifier(owner)} TEMPLATE template0
    ENCODING ${text(encoding)} LC_COLLATE ${text(collate)} LC_CTYPE ${text(ctype)}`;
}

/** SQL that makes a role which only has to own things. */
export function createRoleSql(role: string): string {
  return `CREATE ROLE ${pg.escapeIdentifier(role)}`;
}
