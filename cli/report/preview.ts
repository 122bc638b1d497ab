import { isDeepStrictEqual } from "node:util";
import { type Json, valueAt } from "./property-path.ts";

export type Inputs = { [name: string]: Json };
type State = { type: string; custom?: boolean; protect?: boolean; retainOnDelete?: boolean; inputs?: Inputs };
type Step = {
  op: string;
  urn: string;
  oldState?: State;
  newState?: State;
  diffReasons?: string[] | null;
  detailedDiff?: Record<string, unknown> | null;
};
type Preview = {
  steps?: Step[] | null;
  diagnostics?: { message: string; severity: string }[];
  changeSummary?: Record<string, number>;
};

/** What stands in the JSON for a value that nobody can know before the change. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is there and is known before the change. */
export function isKnown(value: Json | undefined): boolean {
  return value !== undefined && value !== UNKNOWN;
}

/** The operations of Pulumi that change something, by the word for what they come to. */
const OPERATIONS: Record<string, Operation> = {
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};

/** Operations of Pulumi that touch its state alone. */
const HARMLESS = new Set(["same", "read", "refresh", "discard", "read-replacement", "discard-replaced"]);

export type Operation = "create" | "update" | "replace" | "delete" | "unknown";

/** One resource that an `up` would change. */
export type Change = {
  operation: Operation;
  urn: string;
  /** As in `docker:index/service:Service`. */
  type: string;
  /** The name that the program gave it. */
  name: string;
  isProtected: boolean;
  /** Pulumi would forget it without touching it. */
  isRetained: boolean;
  before: Inputs;
  after: Inputs;
  /** Paths of the properties that the program asks to be otherwise; empty where it is new or goes. */
  properties: readonly string[];
};

export type ParsedPreview = { changes: Change[]; unchanged: number; errors: string[] };

/** The program's own changes: providers also list what they work out themselves, at every change of anything. */
function changedProperties({ diffReasons, detailedDiff }: Step, before: Inputs, after: Inputs): string[] {
  const isOwn = (path: string) => valueAt(before, path) !== undefined || valueAt(after, path) !== undefined;
  const own = Object.keys(detailedDiff ?? {}).filter(isOwn);
  if (own.length > 0) return own;
  const names = Object.keys({ ...before, ...after }).filter((name) => !name.startsWith("__"));
  const unequal = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return unequal.length > 0 ? unequal : (diffReasons ?? []);
}

function changeOf(step: Step): Change {
  const { op, urn, oldState, newState } = step;
  const before = oldState?.inputs ?? {};
  const after = newState?.inputs ?? {};
  return {
    operation: OPERATIONS[op] ?? "unknown",
    urn,
    type: (newState ?? oldState)?.type ?? "",
    name: urn.split("::").at(-1) ?? urn,
    isProtected: oldState?.protect ?? false,
    isRetained: oldState?.retainOnDelete ?? false,
    before,
    after,
    properties: oldState && newState ? changedProperties(step, before, after) : [],
  };
}

/** Components and the stack itself only hold other resources. */
const isReal = ({ op, oldState, newState }: Step) =>
  !HARMLESS.has(op) && (newState ?? oldState)?.custom !== false;

/** Pulumi ends every list of errors by saying once more that there are some. */
const isReason = ({ severity, message }: { severity: string; message: string }) =>
  severity === "error" && message.trim() !== "error: preview failed";

/**
 * Reads the JSON text of `pulumi preview --json`: each changed resource once, and the errors that ended the preview.
 * Throws a SyntaxError where the text is no JSON.
 */
export function parsePreview(text: string): ParsedPreview {
  const { steps, diagnostics = [], changeSummary = {} } = JSON.parse(text) as Preview;
  const changes = new Map<string, Change>();
  for (const step of (steps ?? []).filter(isReal)) {
    if (!changes.has(step.urn)) changes.set(step.urn, changeOf(step));
  }
  const errors = diagnostics.filter(isReason).map(({ message }) => message.replace(/^error: /, "").trim());
  return { changes: [...changes.values()], unchanged: changeSummary.same ?? 0, errors };
}
