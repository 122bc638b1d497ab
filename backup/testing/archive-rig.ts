import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import pg from "pg";
import { migrate, readMigrations } from "../../app/adapters/postgres/migrate.ts";
import { freePort } from "../../app/testing/free-port.ts";
import { createAuthority } from "../../cli/internal-ca.ts";
import { postgresArguments } from "../../infra/data/postgres.ts";
import {
  renderArchiveScript,
  renderPgHba,
  renderPostgresStart,
  renderRolesSql,
} from "../../infra/data/postgres-files.ts";
import {
  type ArchiveRigOptions,
  OFFSITE_BUCKET,
  PASSWORD,
  programConfig,
  rigSettings,
  STORE,
  secretTexts,
} from "./archive-rig-settings.ts";
import type { Ended, RunOptions } from "./rig.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const START_MS_MAX = 60_000;

type ArchiveRunOptions = Pick<RunOptions, "killAt" | "at"> & { secrets?: Record<string, string> };

/** A server that archives its log into an object store, both as the stack runs them, and the program beside them. */
export type ArchiveRig = {
  /** Runs the program with all that its service has. */
  run(args: string[], options?: ArchiveRunOptions): Promise<Ended>;
  query<Row extends pg.QueryResultRow>(sql: string, database?: string): Promise<Row[]>;
  /** Runs rclone on the bucket as it lies there, without any key. */
  rclone(args: string[], input?: Buffer): Promise<Buffer>;
  docker(...args: string[]): Promise<string>;
  /** Names of containers. */
  server: string;
  store: string;
  untilReady(): Promise<void>;
  remove(): Promise<void>;
};

function image(name: string): string {
  return JSON.parse(readFileSync(join(PROJECT, ".slipway/base-images.json"), "utf8"))[name].reference;
}

async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args)).stdout;
}

function writeFiles(directory: string, texts: Record<string, string>): string {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o644);
  }
  return directory;
}

/** A volume with secrets, which only the user of server and program can read. */
async function secretVolume(name: string, directory: string): Promise<string> {
  const script = "cp /from/* /to/ && chown 999:999 /to /to/* && chmod 400 /to/*";
  const mounts = [`--volume=${directory}:/from:ro`, `--volume=${name}:/to`];
  const run = ["run", "--rm", "--user=0:0", "--network=none", ...mounts, "--entrypoint=sh"];
  await docker(...run, image("postgres"), "-c", script);
  return name;
}

const HOUSE_RULES = [
  "--read-only",
  "--cap-drop=ALL",
  "--user=999:999",
  "--memory=384m",
  "--tmpfs=/tmp:size=64m",
];

type Places = { id: string; folder: string; secrets: string; port: number };

async function startStore({ id }: Places, files: string): Promise<void> {
  const environment = [`--env=MINIO_ROOT_USER=tests`, `--env=MINIO_ROOT_PASSWORD=${PASSWORD}`];
  const network = [`--network=${id}`, "--network-alias=object-store", `--volume=${files}:/run/certs:ro`];
  const limits = ["--memory=512m", "--user=0:0", `--name=${id}-store`];
  const serve = ["server", "/data", "--certs-dir", "/run/certs", "--address", ":9000"];
  await docker("run", "--detach", ...limits, ...network, ...environment, image("minio"), ...serve);
}

async function startServer({ id, folder, secrets, port }: Places): Promise<void> {
  const files = writeFiles(join(folder, "server"), {
    "start.sh": renderPostgresStart(
      postgresArguments(
        { memoryMb: 384, cpus: 1, connectionsMax: 50 },
        { secondsMax: rigSettings.archiveSecondsMax },
      ),
    ),
    "roles.sql": renderRolesSql({ role: "app", database: "app" }),
    "pg_hba.conf": renderPgHba(),
    "pgbackrest-push.sh": renderArchiveScript(),
  });
  const mounts = [
    `${id}-data:/var/lib/postgresql/data`,
    `${secrets}:/run/secrets:ro`,
    `${files}:/etc/slipway:ro`,
  ];
  const volumes = [...mounts, `${folder}/ca:/run/ca:ro`].map((mount) => `--volume=${mount}`);
  const network = [`--network=${id}`, "--network-alias=postgres", `--publish=127.0.0.1:${port}:5432`];
  const own = ["--tmpfs=/var/run/postgresql", "--env=POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password"];
  const flags = [...HOUSE_RULES, ...own, ...network, ...volumes, `--name=${id}-server`];
  await docker("run", "--detach", ...flags, image("postgres"), "sh", "/etc/slipway/start.sh");
}

function querier({ port }: Places): ArchiveRig["query"] {
  return async (sql, database = "app") => {
    const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
    const client = new pg.Client({ connectionString: url, ssl: { rejectUnauthorized: false } });
    client.on("error", () => {});
    await client.connect();
    return (await client.query(sql).finally(() => client.end())).rows;
  };
}

function runner({ id, folder, secrets }: Places, program: string): ArchiveRig["run"] {
  return async (args, { killAt, at, secrets: others } = {}) => {
    const name = `${id}-run-${randomBytes(3).toString("hex")}`;
    const changed = others && writeFiles(join(folder, name), others);
    const replaced = Object.keys(others ?? {}).map(
      (file) => `--volume=${changed}/${file}:/run/secrets/${file}:ro`,
    );
    const mounts = [`${program}:/app:ro`, `${secrets}:/run/secrets:ro`, `${folder}/program:/etc/slipway:ro`];
    const volumes = [
      ...mounts,
      `${folder}/ca:/run/ca:ro`,
      `${id}-data:/var/lib/postgresql/data:ro`,
      "/scratch",
    ];
    const flags = [
      ...HOUSE_RULES,
      `--network=${id}`,
      ...volumes.map((mount) => `--volume=${mount}`),
      ...replaced,
    ];
    const command = [
      "run",
      "--rm",
      `--name=${name}`,
      ...flags,
      image("backup"),
      "node",
      "/app/backup.js",
      ...args,
    ];
    const child = execa("docker", command, { reject: false });
    let said = "";
    child.stderr.on("data", (chunk) => {
      const before = said;
      said += chunk;
      const isNew = (text: string) => said.includes(text) && !before.includes(text);
      if (killAt && isNew(killAt)) execa("docker", ["kill", name], { reject: false });
      if (at && isNew(at.said)) at.act();
    });
    const { exitCode, stdout } = await child;
    const last = stdout.trim().split("\n").at(-1) ?? "";
    return { exitCode, said, result: last.startsWith("{") ? JSON.parse(last) : {} };
  };
}

function tamperer({ id, folder }: Places): ArchiveRig["rclone"] {
  const remote = { TYPE: "s3", PROVIDER: "Other", ENDPOINT: `https://${STORE}`, FORCE_PATH_STYLE: "true" };
  const keys = { ACCESS_KEY_ID: "tests", SECRET_ACCESS_KEY: PASSWORD };
  const environment = Object.entries({ ...remote, ...keys }).map(
    ([k, v]) => `--env=RCLONE_CONFIG_S3_${k}=${v}`,
  );
  return async (args, input = Buffer.of()) => {
    const flags = [
      "run",
      "--rm",
      "-i",
      ...HOUSE_RULES,
      `--network=${id}`,
      `--volume=${folder}/ca:/run/ca:ro`,
    ];
    const command = [image("backup"), "rclone", "--ca-cert=/run/ca/ca.crt", ...args];
    const { stdout } = await execa("docker", [...flags, ...environment, ...command], {
      input,
      encoding: "buffer",
    });
    return Buffer.from(stdout);
  };
}

async function until(what: string, work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + START_MS_MAX;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what} does not get ready`, { cause: error });
      await sleep(200);
    }
  }
}

async function prepare(options: ArchiveRigOptions): Promise<Places> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-archive-"));
  chmodSync(folder, 0o755);
  const id = `slipway-test-archive-${randomBytes(3).toString("hex")}`;
  const authority = await createAuthority("tests");
  writeFiles(join(folder, "ca"), { "ca.crt": authority.certificate });
  const store = await authority.issue(["object-store"]);
  writeFiles(join(folder, "store"), { "public.crt": store.certificate, "private.key": store.key });
  writeFiles(join(folder, "program"), { "backup.json": JSON.stringify(programConfig(options)) });
  const server = await authority.issue(["postgres"]);
  const texts = writeFiles(join(folder, "secrets"), secretTexts(server, options));
  await docker("network", "create", id);
  const secrets = await secretVolume(`${id}-secrets`, texts);
  return { id, folder, secrets, port: await freePort() };
}

/** Starts both, with the app's tables, an archive that is ready and a key that fits. */
export async function startArchiveRig(options: ArchiveRigOptions = {}): Promise<ArchiveRig> {
  const places = await prepare(options);
  const { id, folder, port } = places;
  const program = join(folder, "bundle");
  execFileSync(process.execPath, [join(PROJECT, "backup/build.ts"), program], { cwd: PROJECT });
  await startStore(places, join(folder, "store"));
  await startServer(places);
  const [query, rclone] = [querier(places), tamperer(places)];
  const untilReady = () => until("the server", () => query("SELECT FROM pg_roles WHERE rolname = 'app'"));
  await untilReady();
  await until("the store", () => rclone(["mkdir", `s3:${OFFSITE_BUCKET}`]));
  const url = `postgres://app:${PASSWORD}@127.0.0.1:${port}/app?sslmode=no-verify`;
  await migrate(url, await readMigrations(new URL("../../app/migrations/", import.meta.url)), "tests");
  return {
    ...{ docker, query, rclone, untilReady, run: runner(places, program) },
    ...{ server: `${id}-server`, store: `${id}-store` },
    async remove() {
      await docker("rm", "--force", "--volumes", `${id}-server`, `${id}-store`);
      await docker("volume", "rm", `${id}-data`, `${id}-secrets`);
      await docker("network", "rm", id);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
