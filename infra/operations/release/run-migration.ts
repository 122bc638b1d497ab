import type { JobSpec } from "../../swarm/job-command.ts";
import { JobFailure, runJob } from "../../swarm/run-job.ts";
import { type GateContext, runGate } from "./gate-context.ts";
import { lastJson } from "./last-json.ts";
import type { GateEvidence } from "./manifest.ts";
import { readNote, removeNote, type SchemaNote, writeNote } from "./notes.ts";
import { refuse } from "./refuse.ts";
import { type MigrationPlan, pendingSchema, sinceRecorded } from "./schema-plan.ts";

export type MigrationGateSpec = {
  plan: JobSpec;
  migrate: JobSpec;
  /** Takes a restore point; the release's id is its last argument. */
  restorePoint: JobSpec;
};

type Context = GateContext<MigrationGateSpec>;

/** Runs a job; one that fails refuses the release, once what it may have done is sorted out. */
async function job(
  context: Context,
  what: string,
  spec: JobSpec,
  sortOut: () => Promise<void> = async () => {},
): Promise<string> {
  try {
    return await runJob(spec, context.docker);
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error;
    const { reason, lines } = error;
    await sortOut();
    return refuse(context, { gate: "migration", reason: `${what} failed (${reason})`, lines });
  }
}

async function takeRestorePoint(context: Context): Promise<string> {
  const id = (await readNote(context.notes, "begun"))?.id ?? context.release.key;
  context.say("taking a restore point");
  const { restorePoint } = context.spec;
  const words = await job(context, "the restore point", {
    ...restorePoint,
    args: [...restorePoint.args, id],
  });
  const made = lastJson<{ restorePoint: string }>(words, "restorePoint");
  if (made) return made.restorePoint;
  return refuse(context, { gate: "migration", reason: "the restore point was not confirmed", lines: words });
}

async function keepSchema(context: Context, schema: SchemaNote | undefined): Promise<void> {
  await (schema ? writeNote(context.notes, "schema", schema) : removeNote(context.notes, "schema"));
}

/**
 * Notes what the database really has after a migration that failed: mostly what it had before, so that services can be
 * put back. Where it does not tell, the migration may be there, and its restore point with it.
 */
async function keepWhatIsThere(context: Context): Promise<void> {
  const { spec, docker, notes, say } = context;
  try {
    const plan = lastJson<MigrationPlan>(await runJob(spec.plan, docker), "missing");
    if (plan) await keepSchema(context, sinceRecorded(plan, await readNote(notes, "schema")));
  } catch (error) {
    say(`what the database has now is not known: ${(error as Error).message}`);
  }
}

/** Applies what is missing, after a restore point. Without a restore point nothing is applied. */
async function applyMissing(
  context: Context,
  plan: MigrationPlan,
  since: SchemaNote | undefined,
): Promise<void> {
  // A database that was never migrated has nothing that could be gone back to.
  const restorePoint = plan.applied.length > 0 ? await takeRestorePoint(context) : null;
  // Noted before, so that a kill between does not lose it; what was not applied then is sorted out by another plan.
  await keepSchema(context, pendingSchema(plan, since, restorePoint));
  context.say(`applying ${plan.missing.map(({ name }) => name).join(", ")}`);
  await job(context, "the migration", context.spec.migrate, () => keepWhatIsThere(context));
}

/** Brings the schema to what the release needs, before any process of it starts. */
export async function migrateSchema(context: Context): Promise<GateEvidence> {
  const started = Date.now();
  const words = await job(context, "the plan of migrations", context.spec.plan);
  const plan = lastJson<MigrationPlan>(words, "missing");
  if (!plan)
    return refuse(context, { gate: "migration", reason: "no plan of migrations was told", lines: words });
  const since = sinceRecorded(plan, await readNote(context.notes, "schema"));
  await keepSchema(context, since);
  if (plan.missing.length > 0) await applyMissing(context, plan, since);
  const figures = {
    applied: plan.missing.length,
    schema: [...plan.applied, ...plan.missing].at(-1)?.name ?? null,
  };
  return { gate: "migration", seconds: (Date.now() - started) / 1_000, figures };
}

if (import.meta.main) await runGate(migrateSchema);
