import type { Ledger } from "../../infra/operations/release/ledger.ts";
import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { table } from "../table.ts";

/** `2026-11-25T03:00:00.123Z` to the second. */
export function second(time: string): string {
  return `${time.slice(0, 19)}Z`;
}

export function commitName(commit: ReleaseManifest["commit"]): string {
  if (!commit) return "";
  return `${commit.id.slice(0, 10)}${commit.hasChanges ? " and changes" : ""}`;
}

/** A migration's name is its number and words; the number tells it. */
export function schemaName(migration: string | null): string {
  return migration?.split("-")[0] ?? "none";
}

function schemaChange({ before, after }: ReleaseManifest["schema"]): string {
  return before === after ? schemaName(after) : `${schemaName(before)} → ${schemaName(after)}`;
}

function cells(manifest: ReleaseManifest): string[] {
  const { id, recordedAt, kind, of, version, commit, schema, restorePoint, by } = manifest;
  return [
    ...[id, second(recordedAt), of ? `${kind} to ${of}` : kind, version, commitName(commit)],
    ...[schemaChange(schema), restorePoint ?? "", `${by.user}@${by.host}`],
  ];
}

const HEADINGS = ["release", "recorded", "kind", "version", "commit", "schema", "restore point", "by"];

/** What is wrong with a ledger, said so that nobody overlooks it; empty where nothing is. */
export function renderFaults({ faults }: Pick<Ledger, "faults">): string {
  if (faults.length === 0) return "";
  const lines = faults.map((fault) => `  ${fault}\n`).join("");
  return `\nTHE LEDGER IS NOT WHAT WAS WRITTEN. Somebody changed or removed a record of a release:\n${lines}`;
}

/** The releases for a terminal, the newest first: that is the one that runs. */
export function renderReleases(stack: string, ledger: Ledger): string {
  const { releases } = ledger;
  if (releases.length === 0)
    return `Stack ${stack} has no release yet: npx pulumi up --stack ${stack} makes one.\n${renderFaults(ledger)}`;
  const rows = releases.toReversed().map(({ manifest }) => cells(manifest));
  return `${table([HEADINGS, ...rows])}${renderFaults(ledger)}`;
}
