import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNothingLost, expectRefused, type ReleasedStack, releasedStack } from "./released-stack.ts";
import { setVersion, type Variant, withChange, withText } from "./variant.ts";

let stack: ReleasedStack;

beforeAll(async () => {
  stack = await releasedStack();
});

afterAll(async () => {
  await stack?.remove();
});

describe("a good release", () => {
  test("replaces the one before, is recorded, and loses no request", async () => {
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
  });

  test("has removed what its checks have made", async () => {
    const { items } = await stack.api.call<{ items: { name: string }[] }>("GET", "/datasets?limit=100");
    expect(items.filter(({ name }) => name.startsWith("slipway-verify"))).toEqual([]);
  });
});

type Bad = { what: string; gate: string; reason: RegExp; variant: (root: string) => Variant };

const BAD: Bad[] = [
  {
    what: "never gets healthy",
    gate: "roll",
    reason: /(backend|worker): it did not stay healthy/,
    variant: (root) =>
      withChange(root, "app/health.ts", "process.exit(answer?.ok ? 0 : 1)", "process.exit(answer ? 1 : 2)"),
  },
  {
    what: "answers with 5xx after the switch",
    gate: "verify",
    reason: /create job: POST \/api\/v1\/jobs was answered with 500/,
    variant: (root) =>
      withChange(root, "app/adapters/postgres/jobs.ts", "INSERT INTO jobs", "INSERT INTO no_such_jobs"),
  },
];

describe.each(BAD)("a release that $what", ({ gate, reason, variant }) => {
  test("is taken back to the last word, with the reason on the screen, and no request is lost", async () => {
    const before = await stack.specs();
    const known = await stack.releases();
    const change = variant(stack.checkout.root);
    change.apply();
    const { outcome, load } = await stack.upUnderLoad();
    expectRefused(outcome, gate, reason);
    expectNothingLost(load);
    expect(await stack.specs()).toEqual(before);
    expect(await stack.releases()).toEqual(known);
    const again = await stack.up();
    change.takeBack();
    expect(again.exitCode, again.all).not.toBe(0);
    expect(again.all).toMatch(/was refused at .*ask for another try/s);
    expect(await stack.specs()).toEqual(before);
  });

  test("does not stand in the way of a good one", async () => {
    const number = (await stack.releases()).length + 1;
    setVersion(stack.checkout.root, `1.1.${number}`);
    const { exitCode, all } = await stack.up();
    expect(exitCode, all).toBe(0);
    expect((await stack.releases()).at(-1)).toMatchObject({ number, version: `1.1.${number}` });
  });
});

test("a release with a migration is recorded with its restore point, and loses no request", async () => {
  const sql = "-- compatible: yes\nCREATE TABLE keels (id bigint PRIMARY KEY);\n";
  withText(stack.checkout.root, "app/migrations/0002-keels.sql", sql).apply();
  const { outcome, load } = await stack.upUnderLoad();
  expect(outcome.exitCode, outcome.all).toBe(0);
  expectNothingLost(load);
  const last = (await stack.releases()).at(-1);
  expect(last?.schema).toMatchObject({
    before: expect.stringMatching(/^0001-/),
    after: "0002-keels.sql",
    migrations: [{ name: "0002-keels.sql", compatible: true }],
  });
  expect(last?.restorePoint).toMatch(/./);
});
