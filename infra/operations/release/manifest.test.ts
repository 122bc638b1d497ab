import { describe, expect, test } from "vitest";
import { exampleManifest, exampleReleases } from "./example-manifest.ts";
import { chainFaults, linkTo, ReleaseManifest, releaseConfigName, releaseNumber } from "./manifest.ts";

describe("the name of a record", () => {
  test("sorts by number, and tells it back", () => {
    expect(releaseConfigName("shop", 12)).toBe("shop-release-00012");
    expect(releaseNumber("shop", "shop-release-00012")).toBe(12);
  });

  test("is not taken for that of another stack, or of another config", () => {
    expect(releaseNumber("shop", "shop-two-release-00012")).toBeUndefined();
    expect(releaseNumber("shop", "shop-release-pending")).toBeUndefined();
    expect(releaseNumber("shop", "shop-release-00012-x")).toBeUndefined();
  });
});

describe("a chain of records", () => {
  test("is right where each names the one before it and its digest", () => {
    expect(chainFaults(exampleReleases(3))).toEqual([]);
  });

  test("may begin with one whose predecessor is no longer kept", () => {
    expect(chainFaults(exampleReleases(4).slice(2))).toEqual([]);
  });

  test("shows a record that was changed", () => {
    const releases = exampleReleases(3);
    const [first, second, third] = releases as [
      (typeof releases)[0],
      (typeof releases)[0],
      (typeof releases)[0],
    ];
    const changed = { ...second, text: second.text.replace("1.0.0", "9.9.9") };
    expect(chainFaults([first, changed, third])).toEqual([
      "r2-abcdef0 is not what it was when r3-abcdef0 was recorded",
    ]);
  });

  test("shows a record that is missing", () => {
    expect(chainFaults(exampleReleases(3).toSpliced(1, 1))).toEqual([
      "the record before r3-abcdef0 is missing: r1-abcdef0 is not the one before it",
    ]);
  });

  test("shows one that names another", () => {
    const [first, second] = exampleReleases(2) as [
      ReturnType<typeof exampleReleases>[0],
      ReturnType<typeof exampleReleases>[0],
    ];
    const manifest = { ...second.manifest, previous: { ...linkTo(first), id: "r9-abcdef0" } };
    expect(chainFaults([first, { ...second, manifest }])).toEqual([
      "r2-abcdef0 names r9-abcdef0 as the one before, not r1-abcdef0",
    ]);
  });
});

describe("a manifest", () => {
  test("is refused with anything unknown in it, and with an image that is not named by digest", () => {
    expect(ReleaseManifest.safeParse({ ...exampleManifest(1, null), password: "x" }).success).toBe(false);
    const tagged = { ...exampleManifest(1, null), images: { app: "127.0.0.1:5000/app:latest" } };
    expect(ReleaseManifest.safeParse(tagged).success).toBe(false);
    expect(ReleaseManifest.safeParse(exampleManifest(1, null)).success).toBe(true);
  });
});
