import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import pg from "pg";
import { ObjectStore } from "../../app/adapters/object-store/object-store.ts";
import { migrate, readMigrations } from "../../app/adapters/postgres/migrate.ts";
import { type ObjectStoreServer, startObjectStore } from "../../app/testing/object-store.ts";
import { type PostgresServer, startPostgres } from "../../app/testing/postgres.ts";
import type { BackupConfig, KeepRule, RepositoryConfig } from "../config.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const APP_BUCKET = "app-objects";
const KEY = "the-right-key-of-these-tests";

/** How the program ended: its last line parsed, and everything that it said. */
export type Ended = { exitCode: number | undefined; result: Record<string, unknown>; said: string };

export type RunOptions = {
  /** Instead of a volume: memory of that size, so that the disk is full soon. */
  scratchMb?: number;
  /** Instead of the right one. */
  key?: string;
  /** Where backups lie; `store` alone where nothing is given. */
  places?: readonly ("store" | "offsite")[];
  /** Where the object store is said to be. */
  endpoint?: string;
  /** What stays of the backups there. */
  keep?: KeepRule;
  /** Kills the program, as a power cut would, when it has said this. */
  killAt?: string;
  /** Does something when it has said this. */
  at?: { said: string; act: () => void };
};

/** A live database and object store, and the backup image with this checkout's program to work on them. */
export type Rig = {
  postgres: PostgresServer;
  store: ObjectStoreServer;
  /** The app's own bucket. */
  objects: ObjectStore;
  /** Runs the program in the base image, with all that the stack denies it denied. */
  run(args: string[], options?: RunOptions): Promise<Ended>;
  /** Runs rclone with the program's key and places, as somebody who tampers with backups might. */
  rclone(args: string[], options?: { input?: string | Buffer; work?: string }): Promise<Buffer>;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[], database?: string): Promise<Row[]>;
  /** A dataset with its object. Returns the object's key. */
  addDataset(name: string, content: string): Promise<string>;
  remove(): Promise<void>;
};

function backupImage(): string {
  return JSON.parse(readFileSync(join(PROJECT, ".slipway/base-images.json"), "utf8")).backup.reference;
}

/** Files that a container's user may read, in folders that it may enter. */
function writeReadable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o644);
}

function repository(name: string, endpoint: string): RepositoryConfig {
  return {
    ...{ name, endpoint: `http://${endpoint}`, region: "us-east-1", bucket: `backups-${name}` },
    ...{ pathStyle: true, makeBucket: true },
    ...{ accessKeyFile: "/etc/slipway/user", secretKeyFile: "/etc/slipway/password" },
  };
}

function renderConfig(store: ObjectStoreServer, options: RunOptions): BackupConfig {
  const { places = ["store"], endpoint = store.endpoint } = options;
  const { name: _, makeBucket: __, ...objects } = { ...repository("app", endpoint), bucket: APP_BUCKET };
  return {
    ...{ databaseUrlFile: "/etc/slipway/url", keyFile: "/etc/slipway/key", objects },
    repositories: places.map((name) => repository(name, endpoint)),
    ...{ schedule: "0 3 * * *", objectsRereadEvery: 7, jobs: 2 },
    keep: options.keep ?? { last: 3, daily: 7, weekly: 4, monthly: 3, restorePoints: 5 },
  };
}

async function seed(postgres: PostgresServer): Promise<void> {
  await postgres.admin("CREATE ROLE app LOGIN");
  await postgres.admin("CREATE DATABASE app OWNER app");
  const migrations = await readMigrations(new URL("../../app/migrations/", import.meta.url));
  await migrate(postgres.url("app").replace("postgres@", "app@"), migrations, "tests");
}

type Places = { folder: string; store: ObjectStoreServer; postgres: PostgresServer };

/** A folder of its own for each run, so that runs with other keys or settings can be side by side. */
function writeSettings({ folder, store, postgres }: Places, options: RunOptions): string {
  const directory = mkdtempSync(join(folder, "settings-"));
  chmodSync(directory, 0o755);
  const files = {
    "backup.json": JSON.stringify(renderConfig(store, options)),
    url: postgres.url("app"),
    key: options.key ?? KEY,
    user: store.user,
    password: store.password,
  };
  for (const [name, text] of Object.entries(files)) writeReadable(join(directory, name), text);
  return directory;
}

const HOUSE_RULES = ["--rm", "--network=host", "--read-only", "--cap-drop=ALL", "--user=999:999"];

function dockerArguments(settings: string, program: string, { scratchMb }: RunOptions): string[] {
  const scratch =
    scratchMb === undefined ? "--volume=/scratch" : `--tmpfs=/scratch:size=${scratchMb}m,uid=999,mode=0700`;
  const files = [`--volume=${program}:/app:ro`, `--volume=${settings}:/etc/slipway:ro`];
  return ["run", ...HOUSE_RULES, "--memory=384m", "--tmpfs=/tmp:size=64m", scratch, ...files];
}

function runner(places: Places, program: string): Rig["run"] {
  return async (args, options = {}) => {
    const name = `slipway-test-backup-${randomBytes(4).toString("hex")}`;
    const flags = dockerArguments(writeSettings(places, options), program, options);
    const command = [`--name=${name}`, backupImage(), "node", "/app/backup.js", ...args];
    const child = execa("docker", [...flags, ...command], { reject: false });
    let said = "";
    child.stderr.on("data", (chunk) => {
      const before = said;
      said += chunk;
      const isNew = (text: string) => said.includes(text) && !before.includes(text);
      if (options.killAt && isNew(options.killAt)) execa("docker", ["kill", name], { reject: false });
      if (options.at && isNew(options.at.said)) options.at.act();
    });
    const { exitCode, stdout } = await child;
    const last = stdout.trim().split("\n").at(-1) ?? "";
    if (!last.startsWith("{") && options.killAt === undefined)
      throw new Error(`no result: ${stdout}\n${said}`);
    return { exitCode, said, result: last.startsWith("{") ? JSON.parse(last) : {} };
  };
}

/** The two remotes of each repository, as rclone takes them from its environment. */
function rcloneEnvironment(store: ObjectStoreServer, obscuredKey: string): string[] {
  const remotes = ["store", "offsite"].flatMap((name) => {
    const s3 = `RCLONE_CONFIG_${name.toUpperCase()}_S3`;
    const crypt = `RCLONE_CONFIG_${name.toUpperCase()}`;
    return [
      `${s3}_TYPE=s3`,
      `${s3}_PROVIDER=Other`,
      `${s3}_ENDPOINT=http://${store.endpoint}`,
      `${s3}_FORCE_PATH_STYLE=true`,
      `${s3}_ACCESS_KEY_ID=${store.user}`,
      `${s3}_SECRET_ACCESS_KEY=${store.password}`,
      `${crypt}_TYPE=crypt`,
      `${crypt}_REMOTE=${name}_s3:backups-${name}`,
      `${crypt}_FILENAME_ENCRYPTION=off`,
      `${crypt}_DIRECTORY_NAME_ENCRYPTION=false`,
      `${crypt}_PASSWORD=${obscuredKey}`,
    ];
  });
  return remotes.flatMap((variable) => ["--env", variable]);
}

type Servers = Pick<Rig, "postgres" | "store" | "objects">;

async function startServers(): Promise<Servers> {
  const postgres = await startPostgres();
  const store = await startObjectStore().catch(async (error) => {
    await postgres.remove();
    throw error;
  });
  await seed(postgres);
  const objects = new ObjectStore({
    ...{ endpoint: store.endpoint, useTls: false, region: "us-east-1", bucket: APP_BUCKET, publicUrl: "" },
    ...{ user: store.user, password: store.password },
  });
  await objects.ensureBucket();
  return { postgres, store, objects };
}

function querier(postgres: PostgresServer): Rig["query"] {
  return async (sql, values = [], database = "app") => {
    const client = new pg.Client({ connectionString: postgres.url(database) });
    client.on("error", () => {});
    await client.connect();
    return (await client.query(sql, values).finally(() => client.end())).rows;
  };
}

function datasetMaker(objects: ObjectStore, query: Rig["query"]): Rig["addDataset"] {
  return async (name, content) => {
    const key = `datasets/${name}/${randomBytes(4).toString("hex")}`;
    const sha256 = createHash("sha256").update(content).digest("hex");
    await objects.put(key, Buffer.from(content), content.length, "text/plain");
    await query(
      `INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
       VALUES (gen_random_uuid(), $1, 'text', 'ready', $2, $3, 1, $4)`,
      [name, content.length, sha256, key],
    );
    return key;
  };
}

async function tamperer(store: ObjectStoreServer): Promise<Rig["rclone"]> {
  const image = backupImage();
  const obscure = ["run", "-i", ...HOUSE_RULES, image, "rclone", "obscure", "-"];
  const { stdout: key } = await execa("docker", obscure, { input: KEY });
  return async (args, { input = "", work } = {}) => {
    const mount = work === undefined ? [] : [`--volume=${work}:/work:ro`];
    const flags = ["run", "-i", ...HOUSE_RULES, "--tmpfs=/tmp", ...mount, ...rcloneEnvironment(store, key)];
    const { stdout } = await execa("docker", [...flags, image, "rclone", ...args], {
      input,
      encoding: "buffer",
    });
    return Buffer.from(stdout);
  };
}

/** Starts a live database with the app's tables and an object store. */
export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-backup-"));
  chmodSync(folder, 0o755);
  const program = join(folder, "program");
  execFileSync(process.execPath, [join(PROJECT, "backup/build.ts"), program], { cwd: PROJECT });
  const servers = await startServers();
  const { postgres, store, objects } = servers;
  const query = querier(postgres);
  return {
    ...{ ...servers, query, run: runner({ folder, store, postgres }, program) },
    rclone: await tamperer(store),
    addDataset: datasetMaker(objects, query),
    async remove() {
      await postgres.remove();
      store.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
