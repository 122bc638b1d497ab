import { table } from "../table.ts";

/** What came of a backup's proof in one place, as the backups' program lists it. */
type Place = { state: "good" | "bad"; at: string; detail: string } | "damaged" | "unproven";

export type ListedBackup = {
  id: string;
  kind: string | null;
  release: string | null;
  takenAt: string | null;
  bytes: number | null;
  objects: { count: number; bytes: number } | null;
  places: Record<string, Place>;
};

/** A base backup: where a way to any later second begins. */
export type ListedBase = { label: string; takenAt: string; bytes: number; state: string; detail: string };

/** What can be brought back to the second, as the program tells it. `to` is null where it is any second until now. */
export type PointInTime = {
  places: Record<
    string,
    { ranges: readonly { from: string; to: string | null }[]; bases: readonly ListedBase[] }
  >;
  faults: readonly string[];
};

/** The backups of a stack, the oldest first, and the places that could not be read. */
export type BackupList = {
  backups: readonly ListedBackup[];
  failures: readonly string[];
  /** Null where point-in-time recovery is off. */
  pointInTime: PointInTime | null;
};

export function megabytes(bytes: number): string {
  return bytes < 950_000 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

const stateOf = (place: Place) => (typeof place === "string" ? place : place.state);

function cells({ id, kind, release, takenAt, bytes, objects, places }: ListedBackup): string[] {
  const size = bytes === null ? "" : `${megabytes(bytes)} + ${objects?.count ?? 0} objects`;
  const proof = Object.entries(places).map(([name, place]) => `${name}: ${stateOf(place)}`);
  return [
    id,
    takenAt?.slice(0, 19).concat("Z") ?? "",
    release ? `${kind} of ${release}` : (kind ?? ""),
    size,
    proof.join(", "),
  ];
}

/** What is wrong with backups that are not good, a line each. */
function faults(backups: readonly ListedBackup[]): string[] {
  return backups.flatMap(({ id, places }) =>
    Object.entries(places).flatMap(([name, place]) =>
      typeof place === "object" && place.state === "bad" ? [`${id} in ${name} is bad: ${place.detail}`] : [],
    ),
  );
}

/** Times as they can be given to a restore. */
function pointInTimeLines({ places, faults: wrong }: PointInTime): string[] {
  const lines = Object.entries(places).map(([name, { ranges, bases }]) => {
    const spans = ranges.map(({ from, to }) => `${from} to ${to ?? "now"}`);
    const good = bases.filter(({ state }) => state === "good").length;
    const can = spans.length === 0 ? "none yet (npx slipway backup base)" : spans.join(", ");
    return `Any second, from ${name}: ${can}; base backups proven: ${good} of ${bases.length}`;
  });
  return [...lines, ...wrong.map((fault) => `Wrong: ${fault}`)];
}

function backupTable(stack: string, { backups, failures }: BackupList): string {
  if (backups.length > 0)
    return table([["id", "taken", "kind", "size", "proof"], ...backups.toReversed().map(cells)]);
  return failures.length > 0
    ? ""
    : `Stack ${stack} has no backup yet: npx slipway backup now --stack ${stack}\n`;
}

/** The list for a terminal, the newest first: that is the one to restore. */
export function renderBackups(stack: string, list: BackupList): string {
  const { backups, failures, pointInTime } = list;
  const more = [
    ...(pointInTime ? pointInTimeLines(pointInTime) : []),
    ...faults(backups),
    ...failures.map((failure) => `Cannot be read: ${failure}`),
  ];
  const shown = backupTable(stack, list);
  return more.length === 0 ? shown : `${shown}\n${more.join("\n")}\n`;
}
