import { removeObject, stackObjects } from "./engine-objects.ts";
import { type PulumiRun, readPulumi } from "./run-pulumi.ts";
import { readState, type StackState } from "./stack-state.ts";

/**
 * Clears up after an `up` that was killed in the middle of creating something: an object that exists on the engine
 * and that the state does not know would stand in the way of the next `up`. Data volumes stay: making one that
 * exists is no change. Returns the names of what was removed.
 */
async function recoverInterrupted(run: PulumiRun, namePrefix: string, state: StackState): Promise<string[]> {
  const { interrupted, recorded } = state;
  if (interrupted.size === 0) return [];
  const orphans = (await stackObjects(namePrefix)).filter(
    ({ kind, name }) => kind !== "volume" && interrupted.has(name) && !recorded.has(name),
  );
  for (const orphan of orphans) await removeObject(orphan);
  await readPulumi(run, ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"]);
  return orphans.map(({ name }) => name);
}

/** Lets the state forget containers that somebody removed, so that the next `up` makes them again. Returns their names. */
async function forgetGone(run: PulumiRun, namePrefix: string, state: StackState): Promise<string[]> {
  if (state.containers.size === 0) return [];
  const present = new Set((await stackObjects(namePrefix, ["container"])).map(({ name }) => name));
  const gone = [...state.containers].filter(([name]) => !present.has(name));
  if (gone.length === 0) return [];
  const targets = gone.flatMap(([, urn]) => ["--target", urn]);
  await readPulumi(run, ["refresh", "--yes", "--skip-preview", ...targets]);
  return gone.map(([name]) => name);
}

/** Brings the state and the engine together again after a killed run or a hand that removed something; says what it did. */
export async function recover(run: PulumiRun, namePrefix: string): Promise<string[]> {
  const state = await readState(run);
  const removed = await recoverInterrupted(run, namePrefix, state);
  const gone = await forgetGone(run, namePrefix, state);
  return [
    ...(removed.length > 0 ? [`removed what a killed run left half made: ${removed.join(", ")}`] : []),
    ...(gone.length > 0 ? [`${gone.join(", ")} is gone and will be made again`] : []),
  ];
}
