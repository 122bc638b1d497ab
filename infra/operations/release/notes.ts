import { z } from "zod";
import type { Docker } from "../../swarm/docker-client.ts";
import { STACK_LABEL } from "../../swarm/names.ts";
import { SchemaChange } from "./manifest.ts";

/** A service's whole specification as the engine gives and takes it. */
const Spec = z.looseObject({ Name: z.string() });

const Specs = z.record(z.string(), Spec);

/** What is noted on the engine of releases, so that whoever comes after a kill, or after a change by hand, can go on. */
const NOTES = {
  /** A release that has begun, and is neither recorded nor refused. */
  begun: z.strictObject({
    key: z.string(),
    id: z.string(),
    /** By the engine's clock, in ms. */
    startedAtMs: z.number(),
    /** Services as they were before it, by name. */
    before: Specs,
  }),
  /** What has been done to the schema, or was about to be, since the last release that was recorded. */
  schema: SchemaChange.extend({ restorePoint: z.string().nullable() }),
  /** The last release that was recorded, and its services as they were then: what drift is told by. */
  recorded: z.strictObject({ id: z.string(), services: Specs }),
  /** The last release that was taken back. It goes when another is recorded. */
  refused: z.strictObject({
    key: z.string(),
    id: z.string(),
    gate: z.string(),
    reason: z.string(),
    at: z.string(),
    /** What its services were before, and what they had become. */
    before: Specs,
    asked: Specs,
  }),
};

type Notes = { [Kind in keyof typeof NOTES]: z.infer<(typeof NOTES)[Kind]> };
export type NoteKind = keyof Notes;
export type ServiceSpecs = z.infer<typeof Specs>;
export type BegunNote = Notes["begun"];
export type SchemaNote = Notes["schema"];
export type RefusedNote = Notes["refused"];
export type RecordedNote = Notes["recorded"];

/** Where notes are: a stack's configs on its engine. */
export type NotesArgs = { prefix: string; docker: Docker };

const nameStart = ({ prefix }: NotesArgs, kind: NoteKind) => `${prefix}-note-${kind}-`;

/** Names of the configs that hold a note, the newest last. More than one is what a kill has left. */
async function noteNames(args: NotesArgs, kind: NoteKind): Promise<string[]> {
  const start = nameStart(args, kind);
  const listed = await args.docker(["config", "ls", "--filter", `name=${start}`, "--format", "{{.Name}}"]);
  const number = (name: string) => Number(name.slice(start.length));
  return listed
    .split("\n")
    .filter((name) => name.startsWith(start) && Number.isInteger(number(name)))
    .sort((a, b) => number(a) - number(b));
}

/** Reads a note; undefined where there is none. */
export async function readNote<Kind extends NoteKind>(
  args: NotesArgs,
  kind: Kind,
): Promise<Notes[Kind] | undefined> {
  const newest = (await noteNames(args, kind)).at(-1);
  if (!newest) return undefined;
  const [config] = JSON.parse(await args.docker(["config", "inspect", newest])) as [
    { Spec: { Data: string } },
  ];
  const text = Buffer.from(config.Spec.Data, "base64").toString("utf8");
  return NOTES[kind].parse(JSON.parse(text)) as Notes[Kind];
}

/** Writes a note in place of the one before; a kill between leaves one of them. */
export async function writeNote<Kind extends NoteKind>(
  args: NotesArgs,
  kind: Kind,
  note: Notes[Kind],
): Promise<void> {
  const before = await noteNames(args, kind);
  const start = nameStart(args, kind);
  const number = Number(before.at(-1)?.slice(start.length) ?? 0) + 1;
  const create = ["config", "create", "--label", `${STACK_LABEL}=${args.prefix}`, `${start}${number}`, "-"];
  await args.docker(create, JSON.stringify(note));
  if (before.length > 0) await args.docker(["config", "rm", ...before]);
}

export async function removeNote(args: NotesArgs, kind: NoteKind): Promise<void> {
  const names = await noteNames(args, kind);
  if (names.length > 0) await args.docker(["config", "rm", ...names]);
}
