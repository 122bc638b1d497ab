import { BackupError } from "./backup-error.ts";
import type { Manifest } from "./manifest.ts";
import { dropExisting } from "./swap.ts";

export type DropUnmovedArgs = {
  /** What a restored database is called until it has its place. */
  fresh: string;
  manifest: Pick<Manifest, "id" | "database">;
  into: string | null;
  /** Why it does not seem to have it. */
  error: unknown;
};

/**
 * Drops a restored database that did not get its place. A connection may break when the server has done what it was
 * asked to, or is about to: only that it could be dropped tells that it had not moved. Rejects with `unfinished` where
 * it could not.
 */
export async function dropUnmoved(
  url: string,
  { fresh, manifest: { id, database }, into, error }: DropUnmovedArgs,
): Promise<void> {
  try {
    await dropExisting(url, fresh);
  } catch (failure) {
    const why = [error, failure].map((each) => (each as Error).message).join("; ");
    const advice =
      into === null ? "run the same again" : "drop it, where it is there, and run the same again";
    throw new BackupError(
      "unfinished",
      `whether database ${into ?? database.name} is what ${id} holds is not known (${why}): ${advice}`,
    );
  }
}
