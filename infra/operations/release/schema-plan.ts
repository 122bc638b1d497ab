import type { SchemaNote } from "./notes.ts";

type Mark = SchemaNote["migrations"][number];

/** What the app's own plan tells: see `--plan` in app/migrate.ts. */
export type MigrationPlan = { applied: readonly Mark[]; missing: readonly Mark[] };

const newest = (marks: readonly Mark[]): string | null => marks.at(-1)?.name ?? null;

/**
 * What has really been done to the schema since the last recorded release: of what was noted, that which the database
 * has. Nothing was done, and no restore point is needed, where it has none of it.
 */
export function sinceRecorded(plan: MigrationPlan, noted: SchemaNote | undefined): SchemaNote | undefined {
  const applied = new Set(plan.applied.map(({ name }) => name));
  const migrations = (noted?.migrations ?? []).filter(({ name }) => applied.has(name));
  if (!noted || migrations.length === 0) return undefined;
  return { ...noted, migrations, after: newest(migrations) };
}

/** The same once all that is missing is done. The first restore point stays: it is the one before any of it. */
export function pendingSchema(
  plan: MigrationPlan,
  since: SchemaNote | undefined,
  restorePoint: string | null,
): SchemaNote {
  return {
    before: since?.before ?? newest(plan.applied),
    after: newest(plan.missing),
    migrations: [...(since?.migrations ?? []), ...plan.missing],
    restorePoint: since ? since.restorePoint : restorePoint,
  };
}
