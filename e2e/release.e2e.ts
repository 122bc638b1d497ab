import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { NEWEST_MIGRATION } from "./newest-migration.ts";
import { expectNothingLost, expectRefused, type ReleasedStack, releasedStack } from "./released-stack.ts";
import { setVersion, type Variant, withChange, withText } from "./variant.ts";

type Bad = {
  what: string;
  gate: string;
  /** Why it is refused, and what its container wrote last. */
  reason: RegExp;
  changes(root: string): Variant[];
};

let stack: ReleasedStack;
/** How long after its `npm run up` each bad release was undone. */
const undone: string[] = [];

beforeAll(async () => {
  stack = await releasedStack();
});

afterAll(async () => {
  console.info(undone.join("\n"));
  await stack?.remove();
});

const KEELS = "app/migrations/9001-keels.sql";
const KEELS_SQL = "-- compatible: yes\nALTER TABLE datasets ADD COLUMN keel text;\n";
const DECKS = "app/migrations/9002-decks.sql";
const DECKS_SQL = "-- compatible: yes\nCREATE TABLE decks (id bigint PRIMARY KEY);\n";

/** Once the job of the checks is done. */
const WORKER_DIES = `log.info("job succeeded");
    if (claim.dataset?.name.startsWith("slipway-verify")) {
      console.error("the hull leaks");
      process.exit(1);
    }`;

const BAD: Bad[] = [
  {
    what: "never gets healthy",
    gate: "roll",
    reason: /(backend|worker): it did not stay healthy/,
    changes: (root) => [
      withChange(root, "app/health.ts", "process.exit(answer?.ok ? 0 : 1)", "process.exit(answer ? 1 : 2)"),
    ],
  },
  {
    what: "crashes when it was healthy and is looked at",
    gate: "(verify|bake)",
    reason: /worker: its container ended .*the hull leaks/s,
    changes: (root) => [withChange(root, "app/worker/run-job.ts", `log.info("job succeeded");`, WORKER_DIES)],
  },
  {
    what: "answers with 5xx after the switch",
    gate: "verify",
    reason: /create job: POST \/api\/v1\/jobs was answered with 500/,
    changes: (root) => [
      withChange(root, "app/adapters/postgres/jobs.ts", "INSERT INTO jobs", "INSERT INTO no_such_jobs"),
    ],
  },
  {
    what: "has a migration that fails half way",
    gate: "migration",
    reason: /the migration failed .*9002-decks\.sql: relation "no_such_decks" does not exist/s,
    changes: (root) => [
      withText(root, KEELS, KEELS_SQL),
      withText(root, DECKS, `${DECKS_SQL}INSERT INTO no_such_decks VALUES (1);\n`),
    ],
  },
];

/** The tables with their columns, and the migrations that were applied. */
function schema(): Promise<string> {
  return stack.psql(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT name FROM schema_migrations ORDER BY 1",
  );
}

test("a good release replaces the one before, is recorded, and loses no request; what its checks made is gone", async () => {
  setVersion(stack.checkout.root, "1.0.1");
  const { outcome, load } = await stack.upUnderLoad();
  expect(outcome.exitCode, outcome.all).toBe(0);
  expectNothingLost(load);
  const [first, second] = await stack.releases();
  expect(second).toMatchObject({ number: 2, kind: "deploy", version: "1.0.1", restorePoint: null });
  expect(second?.images.app).not.toBe(first?.images.app);
  expect(second?.images.web).toBe(first?.images.web);
  expect(second?.schema.before).toBe(second?.schema.after);
  expect(second?.evidence.map(({ gate }) => gate)).toEqual(["migration", "roll", "verify", "bake"]);
  expect((await stack.api.call<{ version: string }>("GET", "/health")).version).toBe("1.0.1");
  const { items } = await stack.api.call<{ items: { name: string }[] }>("GET", "/datasets?limit=100");
  expect(items.filter(({ name }) => name.startsWith("slipway-verify"))).toEqual([]);
});

describe.each(BAD)("a release that $what", ({ what, gate, reason, changes }) => {
  test("is taken back to the last word, with the reason on the screen, and no request is lost", async () => {
    const before = [await stack.specs(), await stack.releases(), await schema()];
    const now = async () => [await stack.specs(), await stack.releases(), await schema()];
    const made = changes(stack.checkout.root);
    for (const { apply, takeBack } of made) {
      apply();
      onTestFinished(takeBack);
    }
    const { outcome, load, seconds } = await stack.upUnderLoad();
    undone.push(`a release that ${what}: undone ${seconds.toFixed(0)} s after "npm run up"`);
    expectRefused(outcome, gate, reason);
    expectNothingLost(load);
    expect(await now()).toEqual(before);
    const again = await stack.up();
    expect(again.exitCode, again.all).not.toBe(0);
    expect(again.all).toMatch(/was refused at .*ask for another try/s);
    expect(await now()).toEqual(before);
  });
});

test("the migration that failed half way has left its restore point; mended, it is recorded with one of its own", async () => {
  const [left, ...none] = await stack.restorePoints();
  expect(left).toBeDefined();
  expect(none).toEqual([]);
  withText(stack.checkout.root, KEELS, KEELS_SQL).apply();
  withText(stack.checkout.root, DECKS, DECKS_SQL).apply();
  const { outcome, load } = await stack.upUnderLoad();
  expect(outcome.exitCode, outcome.all).toBe(0);
  expectNothingLost(load);
  const last = (await stack.releases()).at(-1);
  expect(last).toMatchObject({
    number: 3,
    schema: {
      before: NEWEST_MIGRATION,
      after: "9002-decks.sql",
      migrations: [{ name: "9001-keels.sql" }, { name: "9002-decks.sql" }],
    },
  });
  expect(await stack.restorePoints()).toEqual([left, last?.restorePoint]);
  expect(await schema()).toMatch(/^datasets\|keel$/m);
});

/** Cuts the object store off from everybody, as a broken network does. Returns what mends that. */
async function cutOffObjectStore(): Promise<() => Promise<void>> {
  const { stdout: container } = await execa("docker", ["ps", "-qf", `name=${stack.prefix}-object-store`]);
  for (const network of ["backend-net", "frontend-net"])
    await execa("docker", ["network", "disconnect", `${stack.prefix}-${network}`, container]);
  return async () => {
    // Swarm alone can connect a container to its networks: it starts another in this one's place.
    await execa("docker", ["rm", "--force", container]);
    const status = () => stack.api.fetch("/health").then((answer) => answer.status);
    await expect.poll(status, { timeout: 120_000, interval: 1_000 }).toBe(200);
  };
}

test("a release that was refused since the object store was away is refused again, and recorded by another try", async () => {
  const known = await stack.releases();
  const before = [await stack.specs(), known];
  const now = async () => [await stack.specs(), await stack.releases()];
  setVersion(stack.checkout.root, "3.0.0");
  const mend = await cutOffObjectStore();
  expectRefused(await stack.up(), "verify", /health was answered with 503/);
  await mend();
  const again = await stack.up();
  expect(again.exitCode, again.all).not.toBe(0);
  const [, remedy = ""] = /was refused at verify .*ask for another try by "([^"]+)"/s.exec(again.all) ?? [];
  expect(remedy, again.all).toContain("release.attempt 2");
  expect(await now()).toEqual(before);
  await stack.typed(remedy);
  const { outcome, load } = await stack.upUnderLoad();
  expect(outcome.exitCode, outcome.all).toBe(0);
  expectNothingLost(load);
  expect((await stack.releases()).at(-1)).toMatchObject({ number: known.length + 1, version: "3.0.0" });
  expect((await stack.api.call<{ version: string }>("GET", "/health")).version).toBe("3.0.0");
});

test("a release whose database does not start is refused with what it said, and all is as before", async () => {
  const now = async () => [await stack.specs(), await stack.releases()];
  const before = await now();
  const file = "infra/data/postgres.ts";
  const { apply, takeBack } = withChange(stack.checkout.root, file, `ssl: "on",`, `ssl: "on", keel: "deep",`);
  apply();
  onTestFinished(takeBack);
  expectRefused(await stack.up(), "roll", /postgres: .*unrecognized configuration parameter "keel"/s);
  expect((await stack.api.fetch("/health")).status).toBe(200);
  expect(await now()).toEqual(before);
  const again = await stack.up();
  expect(again.exitCode, again.all).not.toBe(0);
  expect(again.all).toMatch(/was refused at roll .*ask for another try/s);
});
