import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLocalStack } from "../cli/local-stack.ts";
import { ApiClient } from "./api-client.ts";
import { type Checkout, freshCheckout, type Outcome } from "./checkout.ts";
import { commandsOf, filledIn } from "./document-commands.ts";
import { objectsOf } from "./engine.ts";
import { setSetting } from "./set-setting.ts";

let checkout: Checkout;
let prefix: string;
let api: ApiClient;
/** The backup that the guide's commands name. */
let id: string;
/** A moment after it, between one dataset and the next. */
let time: string;

/** A command as somebody with this stack types it. */
function asTyped(command: string): string {
  return filledIn(command, {
    "slipway-1a2b3c": prefix,
    "20261125t030000-1a2b": id,
    "2026-11-25T14:30:00Z": time,
  });
}

async function typed(command: string): Promise<Outcome> {
  const outcome = await checkout.shell(asTyped(command));
  expect(outcome.exitCode, `${command}\n${outcome.all}`).toBe(0);
  return outcome;
}

async function names(): Promise<string[]> {
  const { items } = await api.call<{ items: { name: string }[] }>("GET", "/datasets");
  return items.map(({ name }) => name).sort();
}

/** Asks until the app has noticed that its connections ended. */
async function namesAfterRestore(): Promise<string[]> {
  return expect
    .poll(() => names(), { timeout: 30_000 })
    .toBeDefined()
    .then(names);
}

const jobsLeft = async () =>
  ((await objectsOf(prefix)).service ?? []).filter((name) => name.includes("by-hand"));

/** The log is archived from the first `up` on. */
function turnOnPointInTime(): void {
  const file = join(checkout.root, "stacks/local.example.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("pitr: false", "pitr: true"));
}

beforeAll(async () => {
  checkout = await freshCheckout({ installed: true });
  turnOnPointInTime();
  await typed("npm run up");
  ({ namePrefix: prefix } = await readLocalStack(checkout.root));
  const output = async (args: string) =>
    (await typed(`npx pulumi stack output --stack local ${args}`)).stdout;
  api = new ApiClient(await output("url"), await output("apiToken --show-secrets"));
  await api.createDataset("boats", "the boat slides down the slipway");
});

afterAll(async () => {
  const { exitCode, all } = await checkout.run("npm", ["run", "down", "--", "--purge"]);
  if (exitCode !== 0) throw new Error(all);
  checkout.remove();
});

describe("an operator with a stack", () => {
  test("takes a backup, which is proven when the command is back, and leaves no job behind", async () => {
    const { stdout } = await typed("npx slipway backup now --json");
    const taken = JSON.parse(stdout) as { stack: string; backup: string; objects: { count: number } };
    expect(taken).toMatchObject({ stack: "local", objects: { count: 1 } });
    id = taken.backup;
    const listed = JSON.parse((await typed("npx slipway backup list --json")).stdout);
    expect(listed.backups).toMatchObject([{ id, kind: "manual", places: { store: { state: "good" } } }]);
    expect(await jobsLeft()).toEqual([]);
  });

  test("takes a base backup, and can go back to any second after it", async () => {
    const taken = JSON.parse((await typed("npx slipway backup base --json")).stdout);
    const { pointInTime } = JSON.parse((await typed("npx slipway backup list --json")).stdout);
    expect(pointInTime.faults).toEqual([]);
    expect(pointInTime.places.store.ranges).toEqual([{ from: expect.any(String), to: null }]);
    const good = expect.objectContaining({ label: taken.base, state: "good" });
    // The schedule may have taken its first one, too.
    expect(pointInTime.places.store.bases).toContainEqual(good);
    await api.createDataset("rafts", "written after the backup, and before the moment");
    await sleep(1_500);
    time = new Date().toISOString();
    expect((await typed("npx slipway doctor")).all).toContain("the database's log is archived");
  });

  test("is told plainly, and by the exit code, of what cannot be", async () => {
    const { exitCode, stdout } = await checkout.shell(
      "npx slipway backup verify --id 20260101t000000-0000 --json",
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ failed: "not-found" });
    expect(await jobsLeft()).toEqual([]);
  });

  test("does not restore without a yes: nothing changes, and what would is shown", async () => {
    await api.createDataset("ships", "written after the backup");
    const { exitCode, all } = await checkout.shell(`npx slipway restore --to ${id}`);
    expect(exitCode, all).toBe(1);
    expect(all).toMatch(/public\.datasets: 3 rows now, 1 rows then/);
    expect(all).toContain("Give --yes to do it");
    expect(await names()).toEqual(["boats", "rafts", "ships"]);
  });

  test("can type every command of the guide, and has the old rows then", async () => {
    const commands = commandsOf(readFileSync(join(checkout.root, "docs/backups.md"), "utf8"));
    expect(commands.length).toBeGreaterThanOrEqual(14);
    const screens: string[] = [];
    for (const command of commands) screens.push((await typed(command)).all);
    expect(screens.join("\n")).toMatch(/is taken and proven.*is good: restored and compared/s);
    const [backup, moment] = screens.filter((screen) => screen.includes("boats"));
    expect(backup).not.toMatch(/rafts|ships/);
    expect(moment).toContain("rafts");
    expect(moment).not.toContain("ships");
    expect(screens.at(-1)).toMatch(
      /What was there before is in database app_before_\d{8}t\d{6}-[0-9a-f]{4}\./,
    );
    expect(await namesAfterRestore()).toEqual(["boats", "rafts"]);
    expect(await jobsLeft()).toEqual([]);
  });

  test("is told that turning the archive off stops the database for a moment", async () => {
    setSetting(checkout.root, ["slipway:backups", "pitr"], false);
    expect((await typed("npx slipway report")).all).toMatch(/Service postgres +brief stop/);
  });
});
