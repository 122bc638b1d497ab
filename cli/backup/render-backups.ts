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

/** The backups of a stack, the oldest first, and the places that could not be read. */
export type BackupList = { backups: readonly ListedBackup[]; failures: readonly string[] };

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

/** The list for a terminal, the newest first: that is the one to restore. */
export function renderBackups(stack: string, { backups, failures }: BackupList): string {
  const heading = ["id", "taken", "kind", "size", "proof"];
  const shown =
    backups.length === 0
      ? `Stack ${stack} has no backup yet: npx slipway backup now --stack ${stack}\n`
      : table([heading, ...backups.toReversed().map(cells)]);
  const more = [...faults(backups), ...failures.map((failure) => `Cannot be read: ${failure}`)];
  return more.length === 0 ? shown : `${shown}\n${more.join("\n")}\n`;
}
