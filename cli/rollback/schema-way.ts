import type {
  RecordedRelease,
  ReleaseManifest,
  SchemaChange,
} from "../../infra/operations/release/manifest.ts";
import { OperatorError } from "../operator-error.ts";

type Mark = SchemaChange["migrations"][number];

/** A change of the schema, and the backup that was taken before it. */
export type SchemaStep = SchemaChange & { restorePoint: string | null };

/** What lies between the schema of now and that of a release. */
export type SchemaWay = {
  /** Names of the newest migrations, now and then; null where there is none. */
  current: string | null;
  wanted: string | null;
  /** The migrations that the release does not know, in their order. */
  between: readonly Mark[];
  /** The backup of the moment just before them; null where none was recorded. */
  restorePoint: string | null;
};

export type SchemaWayArgs = {
  releases: readonly RecordedRelease[];
  target: ReleaseManifest;
  /** What was done to the schema since the newest record, by an up that did not come to its end. */
  unrecorded: SchemaStep | undefined;
};

const isAfter = (name: string, other: string | null) => other === null || name > other;

/** Reads from the ledger what a way back leads across. */
export function schemaWay({ releases, target, unrecorded }: SchemaWayArgs): SchemaWay {
  const later: SchemaStep[] = releases
    .map(({ manifest }) => manifest)
    .filter(({ number }) => number > target.number)
    .map(({ schema, restorePoint }) => ({ ...schema, restorePoint }));
  const steps = [...later, ...(unrecorded ? [unrecorded] : [])];
  const current = steps.at(-1)?.after ?? target.schema.after;
  const wanted = target.schema.after;
  const marks = new Map(steps.flatMap(({ migrations }) => migrations).map((mark) => [mark.name, mark]));
  const between = [...marks.values()]
    .filter(({ name }) => isAfter(name, wanted) && current !== null && name <= current)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  // The newest that has the schema of wanted: the schema may have been there more than once.
  const point = steps.findLast(({ before, restorePoint }) => restorePoint !== null && before === wanted);
  return { current, wanted, between, restorePoint: point?.restorePoint ?? null };
}

/** Refuses to let a release work on a schema that it was not made for. */
export function refuseIncompatible({ between }: SchemaWay, { id }: ReleaseManifest): void {
  const incompatible = between.filter(({ compatible }) => !compatible).map(({ name }) => name);
  if (incompatible.length === 0) return;
  throw new OperatorError(`Release ${id} cannot work on the schema of current: ${incompatible.join(", ")} is not marked as compatible with the releases before it.
With --restore-data the data goes back as well, to what it was before that: what was written since leaves the app. Nothing was changed.`);
}

/** The backup that takes the data to the schema of a release. Throws an OperatorError where there is none. */
export function neededRestorePoint(
  { current, wanted, restorePoint }: SchemaWay,
  { id }: ReleaseManifest,
): string {
  if (current === wanted)
    throw new OperatorError(
      `The schema is that of release ${id} already, so there is no restore point to go back to: leave --restore-data out. For older data: npx slipway restore --to TIME. Nothing was changed.`,
    );
  if (restorePoint === null)
    throw new OperatorError(
      `No restore point of the schema of release ${id} was recorded. For the data of a time: npx slipway restore --to TIME --into NAME. Nothing was changed.`,
    );
  return restorePoint;
}
