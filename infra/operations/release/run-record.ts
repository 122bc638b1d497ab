import { execFile } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { promisify } from "node:util";
import { type GateContext, runGate } from "./gate-context.ts";
import { lastJson } from "./last-json.ts";
import { readLedger, recordRelease } from "./ledger.ts";
import { liveServices, specsOf } from "./live-services.ts";
import {
  type GateEvidence,
  linkTo,
  type RecordedRelease,
  type ReleaseManifest,
  releaseId,
} from "./manifest.ts";
import { type NoteKind, readNote, removeNote, writeNote } from "./notes.ts";

const execute = promisify(execFile);

export type RecordSpec = Pick<ReleaseManifest, "version" | "images" | "settings" | "kind" | "of"> & {
  /** The checkout's directory; absolute. */
  root: string;
  /** What the gates have printed. */
  evidence: readonly string[];
};

type Context = GateContext<RecordSpec>;

/** The checkout's commit; null where it is no git repository. */
async function commitOf(root: string): Promise<ReleaseManifest["commit"]> {
  const git = async (...args: string[]) => (await execute("git", args, { cwd: root })).stdout.trim();
  try {
    const id = await git("rev-parse", "HEAD");
    return { id, hasChanges: (await git("status", "--porcelain")) !== "" };
  } catch {
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a name, as in some containers.
    return String(process.getuid?.() ?? "unknown");
  }
}

function evidenceOf({ evidence }: RecordSpec): GateEvidence[] {
  return evidence.flatMap((words) => lastJson<GateEvidence>(words, "gate") ?? []);
}

/** The schema that the last gate of migrations has told, where nothing was done to it. */
function schemaNow(spec: RecordSpec): string | null {
  const found = evidenceOf(spec).find(({ gate }) => gate === "migration")?.figures.schema;
  return typeof found === "string" ? found : null;
}

async function manifestOf(context: Context, head: RecordedRelease | undefined): Promise<ReleaseManifest> {
  const { spec, release, notes } = context;
  const number = (head?.manifest.number ?? 0) + 1;
  const schema = await readNote(notes, "schema");
  const { version, images, settings, kind, of } = spec;
  const unchanged = { before: schemaNow(spec), after: schemaNow(spec), migrations: [] };
  return {
    ...{ format: 1, id: releaseId(number, release.key), number, previous: head ? linkTo(head) : null },
    recordedAt: new Date().toISOString(),
    commit: await commitOf(spec.root),
    by: { user: userName(), host: hostname() },
    ...{ kind, of, key: release.key, version, images, services: release.services, settings },
    schema: schema
      ? { before: schema.before, after: schema.after, migrations: schema.migrations }
      : unchanged,
    restorePoint: schema?.restorePoint ?? null,
    evidence: evidenceOf(spec),
  };
}

/** Notes what the services are, under the release that has just been recorded. */
async function noteServices({ release, call, notes }: Context, id: string): Promise<void> {
  const services = specsOf(await liveServices(call, release.prefix));
  await writeNote(notes, "recorded", { id, services });
}

/** Writes the release into the ledger, and ends it. The same as the last one recorded is no new release. */
export async function record(context: Context): Promise<undefined> {
  const { release, docker, notes, say } = context;
  const head = (await readLedger(release.prefix, docker)).releases.at(-1);
  const isRecorded = head?.manifest.key === release.key;
  const manifest = isRecorded ? head.manifest : await manifestOf(context, head);
  if (!isRecorded) {
    await recordRelease(release.prefix, manifest, docker);
    say(`recorded as release ${manifest.id}`);
  }
  await noteServices(context, manifest.id);
  for (const kind of ["schema", "begun", "refused"] satisfies NoteKind[]) await removeNote(notes, kind);
}

if (import.meta.main) await runGate(record);
