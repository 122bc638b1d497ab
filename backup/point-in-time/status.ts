import { type BackupError, backupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import { archiveFault, archiveState } from "./archive-state.ts";
import { PROOFS_NOTE } from "./base-proofs.ts";
import { type Place, rangesIn, readPlaces } from "./places.ts";

/** A base backup as it is listed. */
export type ListedBase = { label: string; takenAt: string; bytes: number; state: string; detail: string };

/** What can be brought back to the second. Times are RFC 3339; `to` is null where it is any second until now. */
export type PointInTimeStatus = {
  /** By repository. */
  places: Record<string, { ranges: { from: string; to: string | null }[]; bases: ListedBase[] }>;
  /** What is wrong, a line each. */
  faults: string[];
};

const told = (seconds: number) => new Date(seconds * 1_000).toISOString();

function listedPlace(place: Place): PointInTimeStatus["places"][string] {
  const ranges = rangesIn(place).map(({ from, to }) => ({
    from: told(from),
    to: to === null ? null : told(to),
  }));
  const bases = place.bases.map(({ label, stoppedAt, bytes }) => {
    const proof = place.noted.proofs[label];
    const { state = "unproven", detail = "" } = proof ?? {};
    return { label, takenAt: told(stoppedAt), bytes, state, detail };
  });
  return { ranges, bases };
}

export function faultsOf({
  repository,
  noted,
  bases,
}: Pick<Place, "repository" | "noted" | "bases">): string[] {
  const bad = bases.filter(({ label }) => noted.proofs[label]?.state === "bad");
  const damaged = noted.damagedSegments.length;
  return [
    ...bad.map(
      ({ label }) => `base backup ${label} in ${repository.name} is bad: ${noted.proofs[label]?.detail}`,
    ),
    ...(noted.isUnreadable
      ? [
          `${repository.name}: ${PROOFS_NOTE} is damaged, so no base backup counts as proven: npx slipway backup base proves a new one`,
        ]
      : []),
    ...(damaged > 0 ? [`${repository.name}: ${damaged} parts of the write-ahead log are damaged`] : []),
  ];
}

/** Whether the server's log is archived, as a fault in a line; nothing where it is. */
async function archiveFaults({ databaseUrl }: Context): Promise<string[]> {
  const fault = await archiveState(databaseUrl).then(archiveFault, (error) => backupError(error).message);
  return fault === undefined ? [] : [fault];
}

/** Reads every place, and asks the server. */
export async function pointInTimeStatus(context: Context): Promise<PointInTimeStatus> {
  const none = { places: [] as Place[], failures: [] as BackupError[] };
  const { places, failures } = await readPlaces(context).catch((error) => ({
    ...none,
    failures: [backupError(error)],
  }));
  return {
    places: Object.fromEntries(places.map((place) => [place.repository.name, listedPlace(place)])),
    faults: [
      ...(await archiveFaults(context)),
      ...places.flatMap(faultsOf),
      ...failures.map(({ message }) => message),
    ],
  };
}
