import { createHash } from "node:crypto";
import { z } from "zod";

/** An image by digest: `127.0.0.1:5000/slipway/app@sha256:…`. */
const Image = z.string().regex(/^\S+@sha256:[0-9a-f]{64}$/);

const Time = z.iso.datetime();

/** What a gate has seen: seconds that it took, and its figures by name. */
const Evidence = z.strictObject({
  gate: z.enum(["migration", "roll", "verify", "bake"]),
  seconds: z.number().min(0),
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});

const MigrationMark = z.strictObject({
  name: z.string(),
  /** The release before works on the schema after it. */
  compatible: z.boolean(),
});

/** What a release's schema was, and has become; names of migrations, null where there was none. */
export const SchemaChange = z.strictObject({
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Those that this release has applied, in their order. */
  migrations: z.array(MigrationMark),
});

/** The record of one deploy. Never changed once written. */
export const ReleaseManifest = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  /** One more than that of the release before. */
  number: z.int().min(1).max(99_999),
  /** The release before it and the digest of its record, so that a change of any record shows. */
  previous: z.strictObject({ id: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  recordedAt: Time,
  /** The checkout that it was made from; null where that is no git repository. */
  commit: z.strictObject({ id: z.string(), hasChanges: z.boolean() }).nullable(),
  by: z.strictObject({ user: z.string(), host: z.string() }),
  kind: z.enum(["deploy", "rollback"]),
  /** Id of the release that a rollback went back to. */
  of: z.string().nullable(),
  /** Stands for all that was asked for: the same content has the same key. */
  key: z.string().regex(/^[0-9a-f]{12,64}$/),
  /** Of the app, from its package. */
  version: z.string(),
  /** By what they are for: app, web, postgres … */
  images: z.record(z.string(), Image),
  /** By service: what `SLIPWAY_SPEC` says in its containers. */
  services: z.record(z.string(), z.string()),
  /** The settings that it was made with, as far as a rollback takes them back. Never secrets. */
  settings: z.record(z.string(), z.unknown()),
  schema: SchemaChange,
  /** Id of the backup that was taken before its migrations. */
  restorePoint: z.string().nullable(),
  evidence: z.array(Evidence),
});

export type ReleaseManifest = z.infer<typeof ReleaseManifest>;
export type GateEvidence = z.infer<typeof Evidence>;
export type SchemaChange = z.infer<typeof SchemaChange>;

/** A manifest with the text that is on the engine, byte by byte. */
export type RecordedRelease = { manifest: ReleaseManifest; text: string };

const NAME_END = /-release-(\d{5})$/;

/** The name of a release's record on the engine. */
export function releaseConfigName(prefix: string, number: number): string {
  return `${prefix}-release-${String(number).padStart(5, "0")}`;
}

/** The number in a record's name; undefined for anything else of that stack, or of another. */
export function releaseNumber(prefix: string, name: string): number | undefined {
  const digits = NAME_END.exec(name)?.[1];
  if (digits === undefined) return undefined;
  return releaseConfigName(prefix, Number(digits)) === name ? Number(digits) : undefined;
}

/** A release's id: its place in the ledger, and the start of its key. */
export function releaseId(number: number, key: string): string {
  return `r${number}-${key.slice(0, 7)}`;
}

export function manifestText(manifest: ReleaseManifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** What the next record says of this one. */
export function linkTo({ manifest, text }: RecordedRelease): NonNullable<ReleaseManifest["previous"]> {
  return { id: manifest.id, sha256: createHash("sha256").update(text).digest("hex") };
}

/**
 * What is wrong with a chain of records, the oldest first, a line each; empty where nothing is. The oldest may name one
 * before it that is no longer kept.
 */
export function chainFaults(releases: readonly RecordedRelease[]): string[] {
  return releases.slice(1).flatMap((release, index) => {
    const before = releases[index] as RecordedRelease;
    const { id, number, previous } = release.manifest;
    if (number !== before.manifest.number + 1)
      return [`the record before ${id} is missing: ${before.manifest.id} is not the one before it`];
    const link = linkTo(before);
    if (previous?.id !== link.id)
      return [`${id} names ${previous?.id ?? "none"} as the one before, not ${link.id}`];
    return previous.sha256 === link.sha256 ? [] : [`${link.id} is not what it was when ${id} was recorded`];
  });
}
