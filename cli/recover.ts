import { removeObject, stackObjects } from "./engine-objects.ts";
import { type PulumiRun, readPulumi } from "./run-pulumi.ts";
import { readState } from "./stack-state.ts";

/**
 * Clears up after an `up` that was killed in the middle of creating something: an object that exists on the engine
 * and that the state does not know would stand in the way of the next `up`. Data volumes stay: making one that
 * exists is no change. Returns the names of what was removed.
 */
export async function recoverInterrupted(run: PulumiRun, namePrefix: string): Promise<string[]> {
  const { interrupted, recorded } = await readState(run);
  if (interrupted.size === 0) return [];
  const orphans = (await stackObjects(namePrefix)).filter(
    ({ kind, name }) => kind !== "volume" && interrupted.has(name) && !recorded.has(name),
  );
  for (const orphan of orphans) await removeObject(orphan);
  await readPulumi(run, ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"]);
  return orphans.map(({ name }) => name);
}
