import { expect, test } from "vitest";
import { exampleManifest } from "../../infra/operations/release/example-manifest.ts";
import {
  linkTo,
  manifestText,
  type RecordedRelease,
  type ReleaseManifest,
} from "../../infra/operations/release/manifest.ts";
import { chooseRelease } from "./choose-release.ts";

/** A ledger of releases, each of them a deploy or a rollback to the release of a number. */
function ledger(...kinds: ("deploy" | number)[]): RecordedRelease[] {
  const releases: RecordedRelease[] = [];
  for (const [index, kind] of kinds.entries()) {
    const before = releases.at(-1);
    const example = exampleManifest(index + 1, before ? linkTo(before) : null);
    // Clocks that go backwards: only the order counts.
    const recordedAt = `2026-11-${30 - index}T00:00:00.000Z`;
    const of = kind === "deploy" ? null : (releases[kind - 1] as RecordedRelease).manifest.id;
    const manifest: ReleaseManifest = {
      ...{ ...example, id: `r${index + 1}`, recordedAt, of },
      kind: of ? "rollback" : "deploy",
    };
    releases.push({ manifest, text: manifestText(manifest) });
  }
  return releases;
}

const choose = (releases: RecordedRelease[], to?: string, runsNewest = true) =>
  chooseRelease({ stack: "prod", releases, to, runsNewest }).id;

test("the release before the one that runs is chosen, by the ledger's order and no clock", () => {
  expect(choose(ledger("deploy", "deploy", "deploy"))).toBe("r2");
});

test("going back twice goes back two releases, and not to the bad one again", () => {
  expect(choose(ledger("deploy", "deploy", "deploy", 2))).toBe("r1");
});

test("what followed a rollback goes back to what the rollback had brought", () => {
  expect(choose(ledger("deploy", "deploy", 1, "deploy"))).toBe("r1");
});

test("after an up that failed and left what no release has, the newest release is chosen", () => {
  expect(choose(ledger("deploy", "deploy"), undefined, false)).toBe("r2");
});

test("a release that is named is taken, by its content where it was a rollback itself", () => {
  expect(choose(ledger("deploy", "deploy", "deploy"), "r1")).toBe("r1");
  expect(choose(ledger("deploy", "deploy", 1, "deploy"), "r3")).toBe("r1");
});

test.each([
  ["an empty ledger", [], undefined, /no release to go back to/],
  ["one release alone", ledger("deploy"), undefined, /r1 is the first release/],
  ["the first release, gone back to", ledger("deploy", "deploy", 1), undefined, /none before it/],
  ["a release that is not there", ledger("deploy"), "r9", /has no release r9; see: npx slipway releases/],
])("%s is refused", (_, releases, to, message) => {
  expect(() => choose(releases, to)).toThrow(message);
});

test("a record that was changed afterwards is never gone back to", () => {
  const releases = ledger("deploy", "deploy");
  const first = releases[0] as RecordedRelease;
  releases[0] = { ...first, text: first.text.replace("1.0.0", "6.6.6") };
  expect(() => choose(releases)).toThrow(/record of r1 was changed after it was written/);
});
