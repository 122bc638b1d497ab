import { expect, test } from "vitest";
import { configsEngine } from "./configs-engine.ts";
import { exampleManifest, exampleReleases } from "./example-manifest.ts";
import { readLedger, recordRelease } from "./ledger.ts";
import { releaseConfigName } from "./manifest.ts";

function ledgerOf(count: number): Map<string, string> {
  return new Map(
    exampleReleases(count).map(({ manifest, text }) => [releaseConfigName("shop", manifest.number), text]),
  );
}

test("a ledger is read in order, past all that is not of its stack", async () => {
  const configs = new Map([
    ...ledgerOf(3),
    ["shop-release-pending", "{}"],
    ["other-shop-release-00001", "{}"],
  ]);
  const { releases, faults } = await readLedger("shop", configsEngine(configs));
  expect(releases.map(({ manifest }) => manifest.number)).toEqual([1, 2, 3]);
  expect(faults).toEqual([]);
});

test("a stack that was never deployed has an empty one", async () => {
  expect(await readLedger("shop", configsEngine(new Map()))).toEqual({ releases: [], faults: [] });
});

test("a record that cannot be read is a fault, and so is the gap that it leaves", async () => {
  const configs = ledgerOf(3).set("shop-release-00002", "not a manifest");
  const { releases, faults } = await readLedger("shop", configsEngine(configs));
  expect(releases).toHaveLength(2);
  expect(faults).toEqual([
    "shop-release-00002 cannot be read as the record of a release",
    expect.stringMatching(/record before r3-abcdef0 is missing/),
  ]);
});

test("a new release is added, and of twenty-one the oldest goes", async () => {
  const configs = ledgerOf(20);
  await recordRelease(
    "shop",
    exampleReleases(21).at(-1)?.manifest ?? exampleManifest(1, null),
    configsEngine(configs),
  );
  const { releases, faults } = await readLedger("shop", configsEngine(configs));
  expect(releases.map(({ manifest }) => manifest.number)).toEqual(
    Array.from({ length: 20 }, (_, n) => n + 2),
  );
  expect(faults).toEqual([]);
});

test("a number that is taken is not taken twice", async () => {
  await expect(recordRelease("shop", exampleManifest(2, null), configsEngine(ledgerOf(2)))).rejects.toThrow(
    /already exists/,
  );
});
