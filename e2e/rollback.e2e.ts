import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReleaseManifest } from "../infra/operations/release/manifest.ts";
import type { Outcome } from "./checkout.ts";
import { imageOf, objectsOf } from "./engine.ts";
import { NEWEST_MIGRATION } from "./newest-migration.ts";
import { type RunningStack, runningStack } from "./running-stack.ts";
import { setVersion, withText } from "./variant.ts";

const MIGRATION = "app/migrations/9001-notes.sql";
const ROLLBACK = "npx pulumi stack rollback --stack local";

let stack: RunningStack;

async function refused(command: string, message: RegExp): Promise<Outcome> {
  const before = await ids();
  const outcome = await stack.checkout.shell(command);
  expect(outcome.exitCode, outcome.all).toBe(1);
  expect(outcome.all).toMatch(message);
  expect(await ids()).toEqual(before);
  return outcome;
}

/** A change of the schema that no release before can work on. */
function addMigration(): void {
  const sql = "-- compatible: no\nALTER TABLE datasets ADD COLUMN note text NOT NULL DEFAULT 'none';\n";
  withText(stack.checkout.root, MIGRATION, sql).apply();
}

async function deploy(version: string): Promise<ReleaseManifest> {
  setVersion(stack.checkout.root, version);
  await stack.typed("npm run up");
  return (await releases())[0] as ReleaseManifest;
}

/** The ledger, the newest first. Fails where a record was changed or lost. */
async function releases(): Promise<ReleaseManifest[]> {
  const { stdout } = await stack.typed("npx slipway releases --json");
  return (JSON.parse(stdout) as { releases: ReleaseManifest[] }).releases;
}

const ids = async () => (await releases()).map(({ id }) => id);
const version = async () => (await stack.api.call<{ version: string }>("GET", "/health")).version;

/** Everything in the app's tables, row by row. */
async function rows(): Promise<string> {
  const tables = ["schema_migrations", "datasets", "jobs", "job_log", "models"];
  return stack.psql(...tables.map((table) => `select * from ${table} order by 1, 2`));
}

/** Has every container of the app end at its start, against all that Swarm does to prevent it. */
async function breakApp(): Promise<void> {
  const rule = "--update-order stop-first --update-failure-action continue";
  for (const name of ["backend", "worker"])
    await stack.typed(
      `docker service update --detach ${rule} --args 'node -e process.exit(1)' ${stack.prefix}-${name}`,
    );
  await expect
    .poll(() => stack.api.fetch("/health").then(({ status }) => status), { timeout: 120_000 })
    .not.toBe(200);
}

/** What no end of a rollback leaves: services of its jobs, notes, a second release under way. */
async function leftOvers(): Promise<string[]> {
  const { service = [], config = [] } = await objectsOf(stack.prefix);
  return [...service, ...config].filter((name) => /by-hand|rollback|note-begun|deploy-lock/.test(name));
}

beforeAll(async () => {
  stack = await runningStack();
  await stack.api.createDataset("boats", "the boat slides down the slipway");
});

afterAll(async () => {
  await stack?.remove();
});

describe("a stack with two releases", () => {
  let first: ReleaseManifest;

  beforeAll(async () => {
    first = (await releases())[0] as ReleaseManifest;
    await deploy("0.2.0");
  });

  test("shows the plan and changes nothing without a yes", async () => {
    const { all } = await refused(ROLLBACK, /there is no terminal to ask on\. Give --yes/);
    expect(all).toMatch(/to +r1-.*version/);
    expect(all).toMatch(/images +app [0-9a-f]{12} → [0-9a-f]{12}/);
    expect(all).toMatch(/data +stays as it is/);
    expect(await version()).toBe("0.2.0");
  });

  test("goes back to the first, pulled from the registry, though what runs is broken; data stays", async () => {
    await stack.api.createDataset("ships", "written by the second release");
    const app = first.images.app as string;
    await breakApp();
    await stack.checkout.run("docker", ["image", "rm", "--force", app]);
    const { stdout } = await stack.typed(`${ROLLBACK} --to ${first.id} --yes --json`);
    expect(JSON.parse(stdout)).toMatchObject({ stack: "local", to: first.id, restored: null });
    expect(await version()).toBe(first.version);
    expect(await imageOf(`${stack.prefix}-backend`)).toBe(app);
    const { items } = await stack.api.call<{ items: { name: string }[] }>("GET", "/datasets");
    expect(items.map(({ name }) => name).sort()).toEqual(["boats", "ships"]);
    expect((await releases())[0]).toMatchObject({ kind: "rollback", of: first.id, images: first.images });
    expect(await leftOvers()).toEqual([]);
  });

  test("has nothing before the first", async () => {
    await refused(`${ROLLBACK} --yes`, /there is none before it/);
  });
});

describe("across a migration that the release before cannot work on", () => {
  let before: string;

  beforeAll(async () => {
    addMigration();
    before = await rows();
    const release = await deploy("0.3.0");
    expect(release.schema).toMatchObject({
      before: NEWEST_MIGRATION,
      after: "9001-notes.sql",
    });
    expect(release.restorePoint).toMatch(/^\d{8}t/);
    await stack.api.createDataset("rafts", "written after the migration");
  });

  test("the app alone is not taken back", async () => {
    await refused(`${ROLLBACK} --yes`, /9001-notes\.sql is not marked as compatible.*--restore-data/s);
    expect(await version()).toBe("0.3.0");
  });

  test("the data is, as it was to the row; killed in the middle, the same command finishes it", async () => {
    const back = `${ROLLBACK} --restore-data --yes`;
    const kill = { at: /updating/, by: "SIGKILL" } as const;
    const stopped = await stack.checkout.shell(back, { interruption: kill });
    expect(stopped.exitCode, stopped.all).not.toBe(0);
    expect(stopped.all).toMatch(/public\.datasets: 3 rows now, 2 rows then/);
    const { all } = await stack.checkout.shell("npx pulumi up --yes --stack local");
    expect(all).toMatch(/was begun and not finished\. Finish it first/);
    const { stdout } = await stack.typed(`${ROLLBACK} --yes --json`);
    expect(JSON.parse(stdout)).toMatchObject({ to: expect.stringMatching(/^r1-/) });
    expect(await rows()).toBe(before);
    expect(await version()).toBe("0.1.0");
    const [newest] = await releases();
    expect(newest).toMatchObject({ kind: "rollback", schema: { after: NEWEST_MIGRATION } });
    expect(await leftOvers()).toEqual([]);
  });
});
