import { lastLines } from "../../swarm/last-lines.ts";
import { answered } from "../../swarm/patient.ts";
import { type GateContext, GateError, type ReleaseSpec } from "./gate-context.ts";
import { liveServices, specsOf } from "./live-services.ts";
import { type RefusedNote, readNote, removeNote, type SchemaNote, writeNote } from "./notes.ts";
import { putBack } from "./put-back.ts";

const LOG_LINES = 20;

type Context = Pick<GateContext<unknown>, "release" | "docker" | "call" | "notes" | "say">;

/** Why a release cannot stay: the gate, the reason, and what the container wrote last. */
export type Failure = { gate: string; reason: string; lines?: string };

/** The last lines of a task's container; words in their place where there are none. */
export async function linesOf({ docker }: Pick<Context, "docker">, task: string): Promise<string> {
  return (await lastLines(task, LOG_LINES, docker)).trimEnd() || "(it wrote nothing)";
}

/** What an operator can do about a release that was refused. */
export function whatNow({ stack, attempt }: Pick<ReleaseSpec, "stack" | "attempt">): string {
  return (
    `The same is refused again: change what is wrong, or, where the fault was elsewhere, ask for another try by ` +
    `"npx pulumi config set --path slipway:release.attempt ${attempt + 1} --stack ${stack}".`
  );
}

/** Names of the migrations since the last recorded release that the release before cannot work on. */
export function incompatible(schema: SchemaNote | undefined): string[] {
  return (schema?.migrations ?? []).filter(({ compatible }) => !compatible).map(({ name }) => name);
}

/** What became of the services, in words. Puts them back where the release before can work on the schema as it is. */
export async function takeBack(context: Context, { before }: Pick<RefusedNote, "before">): Promise<string> {
  const schema = await readNote(context.notes, "schema");
  const blocking = incompatible(schema);
  if (blocking.length > 0) {
    return (
      `The services were left as they are, since the release before cannot work on the schema after ${blocking.join(", ")}. ` +
      `"npx pulumi stack rollback --restore-data --stack ${context.release.stack}" goes back to it with the data as it was` +
      `${schema?.restorePoint ? ` (restore point ${schema.restorePoint})` : ""}.`
    );
  }
  try {
    const changed = await putBack(context.call, context.release.prefix, before);
    return changed.length > 0 ? `Put back as before: ${changed.join(", ")}.` : "The services are as before.";
  } catch (error) {
    return `Not all services are as before: ${(error as Error).message}. The same command tries that again.`;
  }
}

/** What a release is gone back from, and to: as it has begun, or as another failure of the same `up` has noted it. */
async function standing({
  release,
  notes,
  call,
}: Context): Promise<Pick<RefusedNote, "id" | "before" | "asked">> {
  const begun = await readNote(notes, "begun");
  const refused = begun ? undefined : await readNote(notes, "refused");
  if (refused?.key === release.key) return refused;
  const asked = specsOf(await answered(() => liveServices(call, release.prefix)));
  return { id: begun?.id ?? release.key, before: begun?.before ?? {}, asked };
}

/**
 * Takes a release back: notes that it is refused, so that no later run takes it for good, puts every service back to
 * what it was, and throws a GateError that says all of it. Killed on the way, the next run ends it.
 */
export async function refuse(context: Context, { gate, reason, lines }: Failure): Promise<never> {
  const { release, notes, say } = context;
  const { id, before, asked } = await standing(context);
  const at = new Date().toISOString();
  const note: RefusedNote = { key: release.key, id, gate, reason, before, asked, at };
  await writeNote(notes, "refused", note);
  await removeNote(notes, "begun");
  say(`${gate} failed: ${reason}; putting the services back`);
  const outcome = await takeBack(context, note);
  const words = lines ? ` Its last lines:\n${lines}\n` : " ";
  throw new GateError(
    `Release ${id} is refused at ${gate}: ${reason}.${words}${outcome} ${whatNow(release)}`,
  );
}
