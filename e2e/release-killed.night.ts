import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NEWEST_MIGRATION } from "./newest-migration.ts";
import { expectNothingLost, type ReleasedStack, releasedStack } from "./released-stack.ts";
import { setVersion, withText } from "./variant.ts";

let stack: ReleasedStack;

beforeAll(async () => {
  stack = await releasedStack();
});

afterAll(async () => {
  await stack?.remove();
});

/** Names of what gates note on the engine. */
async function notes(): Promise<string[]> {
  const list = ["config", "ls", "--filter", `name=${stack.prefix}-note-`, "--format", "{{.Name}}"];
  return (await execa("docker", list)).stdout.split("\n").filter(Boolean);
}

const KEELS = "9001-keels.sql";

/** In the order in which a release with a migration comes to them. */
const BEFORE_THE_ROLL = [
  /Command release-begin creating/,
  /taking a restore point/,
  new RegExp(`applying ${KEELS}`),
];

test("an up with a migration that is killed at its beginning, then at the restore point, then at the migration loses nothing, and the next one ends the release", async () => {
  const sql = "-- compatible: yes\nALTER TABLE datasets ADD COLUMN keel text;\n";
  withText(stack.checkout.root, `app/migrations/${KEELS}`, sql).apply();
  for (const at of BEFORE_THE_ROLL) {
    const killed = await stack.upUnderLoad({ interruption: { by: "SIGKILL", at } });
    expect(killed.outcome.all).toMatch(at);
    expect(killed.outcome.exitCode).not.toBe(0);
    expect(killed.load.lost).toEqual([]);
    expect(await stack.releases()).toHaveLength(1);
  }
  const { outcome, load } = await stack.upUnderLoad();
  expect(outcome.exitCode, outcome.all).toBe(0);
  expectNothingLost(load);
  const [, second, ...none] = await stack.releases();
  expect(none).toEqual([]);
  expect(second?.schema).toEqual({
    ...{ before: NEWEST_MIGRATION, after: KEELS },
    migrations: [{ name: KEELS, compatible: true }],
  });
  expect(await stack.restorePoints()).toContain(second?.restorePoint);
  expect(await notes()).toEqual([expect.stringMatching(/-note-recorded-\d+$/)]);
});

test.each(["release-roll", "release-verify", "release-bake", "release-record"])(
  "an up that is killed at %s keeps the site serving, and the next one ends the release",
  async (gate) => {
    const known = await stack.releases();
    const version = `2.0.${known.length}`;
    setVersion(stack.checkout.root, version);
    const at = new RegExp(`Command ${gate} creating`);
    const killed = await stack.upUnderLoad({ interruption: { by: "SIGKILL", at } });
    expect(killed.outcome.all).toMatch(at);
    expect(killed.outcome.exitCode).not.toBe(0);
    expect(killed.load.lost).toEqual([]);
    const { outcome, load } = await stack.upUnderLoad();
    expect(outcome.exitCode, outcome.all).toBe(0);
    expect(load.lost).toEqual([]);
    const releases = await stack.releases();
    expect(releases).toHaveLength(known.length + 1);
    expect(releases.at(-1)).toMatchObject({ version, number: known.length + 1 });
    expect((await stack.api.call<{ version: string }>("GET", "/health")).version).toBe(version);
    // What drift is told by; nothing of the release that was under way.
    expect(await notes()).toEqual([expect.stringMatching(/-note-recorded-\d+$/)]);
  },
);

test("an up that is killed at its roll, and given up for what was before it, passes all gates of that again", async () => {
  const known = await stack.releases();
  const cpus = (value: number) => stack.set(["slipway:worker", "cpus"], value);
  cpus(0.4);
  const killed = await stack.up({ interruption: { by: "SIGKILL", at: /Command release-roll creating/ } });
  expect(killed.exitCode, killed.all).not.toBe(0);
  cpus(0.5);
  const outcome = await stack.up();
  expect(outcome.exitCode, outcome.all).toBe(0);
  for (const gate of ["roll", "verify", "bake", "record"])
    expect(outcome.all).toMatch(new RegExp(`Command release-${gate} creat`));
  // It is the release that was recorded last: no other.
  expect(await stack.releases()).toEqual(known);
  expect(await notes()).toEqual([expect.stringMatching(/-note-recorded-\d+$/)]);
});
