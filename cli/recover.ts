import { type EngineObject, removeObject, stackObjects } from "./engine-objects.ts";
import { type PulumiRun, readPulumi } from "./run-pulumi.ts";
import { readState, type StackState } from "./stack-state.ts";

/** The end of the names of secrets and configs that the program makes; records of releases and the lock have none. */
const CONTENT_HASH = /-[0-9a-f]{12}$/;

/**
 * Whether an object is what a killed run has left: one that was being made, or one that the engine ended making after
 * that run, and the cleaning after it, were over. The latter is told by nothing but that the state does not know it.
 */
function isOrphan({ kind, name }: EngineObject, { interrupted, recorded }: StackState): boolean {
  if (kind === "volume" || recorded.has(name)) return false;
  if (interrupted.has(name) || kind === "network") return true;
  return ["secret", "config"].includes(kind) && CONTENT_HASH.test(name);
}

/** Removes an object unless something uses it: then it is not what a killed run has left. Returns whether it is gone. */
async function removeUnused(object: EngineObject): Promise<boolean> {
  try {
    await removeObject(object);
    return true;
  } catch (error) {
    if (/in use|active endpoints/i.test((error as Error).message)) return false;
    throw error;
  }
}

/**
 * Clears up after an `up` that was killed in the middle of creating something: an object that exists on the engine
 * and that the state does not know would stand in the way of the next `up`. Data volumes stay: making one that
 * exists is no change. Returns the names of what was removed.
 */
async function recoverInterrupted(run: PulumiRun, namePrefix: string, state: StackState): Promise<string[]> {
  const removed: string[] = [];
  for (const object of await stackObjects(namePrefix)) {
    if (isOrphan(object, state) && (await removeUnused(object))) removed.push(object.name);
  }
  if (state.interrupted.size > 0)
    await readPulumi(run, ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"]);
  return removed;
}

/**
 * Lets the state forget containers and services that are gone, so that the next `up` makes them again, and a `destroy`
 * that was told too soon that a service does not end goes on. Returns their names.
 */
async function forgetGone(run: PulumiRun, namePrefix: string, state: StackState): Promise<string[]> {
  if (state.running.size === 0) return [];
  const present = new Set((await stackObjects(namePrefix, ["container", "service"])).map(({ name }) => name));
  const gone = [...state.running].filter(([name]) => !present.has(name));
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
    ...(gone.length > 0 ? [`${gone.join(", ")} is gone; an up makes it again`] : []),
  ];
}
