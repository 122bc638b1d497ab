import { linkTo, manifestText, type RecordedRelease, type ReleaseManifest } from "./manifest.ts";

const KEY = "abcdef012345";

/** A release as it is recorded; for tests. */
export function exampleManifest(number: number, previous: ReleaseManifest["previous"]): ReleaseManifest {
  return {
    ...{ format: 1, id: `r${number}-${KEY.slice(0, 7)}`, number, previous },
    recordedAt: "2026-11-26T01:00:00.000Z",
    commit: { id: "0".repeat(40), hasChanges: false },
    by: { user: "operator", host: "laptop" },
    ...{ kind: "deploy", of: null, key: KEY, version: "1.0.0" },
    images: { app: `127.0.0.1:5000/slipway/app@sha256:${"0".repeat(64)}` },
    services: { backend: KEY },
    settings: { backend: { replicas: 2 } },
    schema: { before: null, after: null, migrations: [] },
    restorePoint: null,
    evidence: [{ gate: "verify", seconds: 2.5, figures: { checks: 8 } }],
  };
}

/** So many releases in a row, the oldest first; for tests. */
export function exampleReleases(count: number): RecordedRelease[] {
  const releases: RecordedRelease[] = [];
  for (let number = 1; number <= count; number += 1) {
    const before = releases.at(-1);
    const manifest = exampleManifest(number, before ? linkTo(before) : null);
    releases.push({ manifest, text: manifestText(manifest) });
  }
  return releases;
}
