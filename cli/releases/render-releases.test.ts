import { expect, test } from "vitest";
import { exampleManifest, exampleReleases } from "../../infra/operations/release/example-manifest.ts";
import { chainFaults, manifestText } from "../../infra/operations/release/manifest.ts";
import { renderReleases } from "./render-releases.ts";

const ledgerOf = (releases: ReturnType<typeof exampleReleases>) => ({
  releases,
  faults: chainFaults(releases),
});

test("the newest comes first, and tells what it changed", () => {
  const text = renderReleases("local", ledgerOf(exampleReleases(2)));
  const [heading, newest, oldest] = text.split("\n");
  expect(heading).toMatch(/^release +recorded +kind +version +commit +schema +restore point +by$/);
  expect(newest).toMatch(/^r2-abcdef0 /);
  expect(oldest).toMatch(/^r1-abcdef0 /);
  expect(text).not.toContain("NOT WHAT WAS WRITTEN");
});

test("a rollback names the release that it went back to, and a migration both schemas", () => {
  const rolledBack = {
    ...exampleManifest(1, null),
    ...{ kind: "rollback" as const, of: "r7-1234567" },
    schema: { before: "0042-more.sql", after: "0040-less.sql", migrations: [] },
  };
  const text = renderReleases("local", ledgerOf([{ manifest: rolledBack, text: manifestText(rolledBack) }]));
  expect(text).toMatch(/rollback to r7-1234567 .* 0042 → 0040 /);
});

test("a record that was lost is said loudly", () => {
  const text = renderReleases("local", ledgerOf(exampleReleases(3).toSpliced(1, 1)));
  expect(text).toContain("THE LEDGER IS NOT WHAT WAS WRITTEN");
  expect(text).toContain("the record before r3-abcdef0 is missing");
});

test("a stack that was never deployed has none, and is told how to make one", () => {
  expect(renderReleases("prod", ledgerOf([]))).toContain("npx pulumi up --stack prod");
});
