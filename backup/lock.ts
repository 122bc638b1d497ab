import { setTimeout as sleep } from "node:timers/promises";
import { BackupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import { databaseAt } from "./postgres-url.ts";

/** One number for all backups and restores of a server. The server lets go of it when its holder is killed. */
const LOCK = 7_365_821_906;
const POLL_MS = 1_000;

export type LockArgs = {
  url: string;
  /** How long to wait for a run that is under way. */
  waitSeconds: number;
  note: (text: string) => void;
};

/**
 * Does the work while no other backup or restore of this server is under way. The lock is held in the maintenance
 * database, which no restore replaces.
 */
export async function whenAlone<Result>(
  { url, waitSeconds, note }: LockArgs,
  work: () => Promise<Result>,
): Promise<Result> {
  return withConnection(databaseAt(url, "postgres"), async (client) => {
    const deadline = Date.now() + waitSeconds * 1_000;
    for (let tries = 0; ; tries += 1) {
      const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_lock($1) AS free", [
        LOCK,
      ]);
      if (rows[0]?.free) return work();
      if (Date.now() > deadline)
        throw new BackupError("busy", "another backup or restore is under way: try again when it is done");
      if (tries === 0) note("another backup or restore is under way: waiting for it");
      await sleep(POLL_MS);
    }
  });
}
