import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { BackupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import { databaseAt } from "./postgres-url.ts";

/** One number for all backups and restores of a server. The server lets go of it when its holder is killed. */
const LOCK = 7_365_821_906;
const POLL_MS = 1_000;
/** A server lets go of the locks of a client that is cut off from it within half a minute; the client notices before. */
const PATIENCE = { askMs: 5_000, answerMsMax: 15_000 };

export type LockArgs = {
  url: string;
  /** How long to wait for a run that is under way. */
  waitSeconds: number;
  note: (text: string) => void;
};

async function takeLock(client: pg.Client, { waitSeconds, note }: LockArgs): Promise<void> {
  const deadline = Date.now() + waitSeconds * 1_000;
  for (let tries = 0; ; tries += 1) {
    const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_lock($1) AS free", [LOCK]);
    if (rows[0]?.free) return;
    if (Date.now() > deadline)
      throw new BackupError("busy", "another backup or restore is under way: try again when it is done");
    if (tries === 0) note("another backup or restore is under way: waiting for it");
    await sleep(POLL_MS);
  }
}

function lockLost(why: string): BackupError {
  return new BackupError(
    "lock-lost",
    `the database let go of this run's lock (${why}), so another may have begun: it ends here; run it again`,
  );
}

/** Rejects after a time, waited for in two parts: an answer that came while this process was busy is read in between. */
async function silence(ms: number): Promise<never> {
  for (const part of [ms / 2, ms / 2]) await sleep(part, undefined, { ref: false });
  throw new Error("no answer");
}

/** Rejects as soon as the connection that holds the lock is gone, or does not answer. `end` ends the watch. */
export function watchLock(
  client: pg.Client,
  { askMs, answerMsMax } = PATIENCE,
): { lost: Promise<never>; end: () => void } {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  client.once("error", ({ message }) => reject(lockLost(message)));
  client.once("end", () => reject(lockLost("its connection ended")));
  const ask = async () => {
    await Promise.race([client.query("SELECT"), silence(answerMsMax)]).catch(({ message }) =>
      reject(lockLost(message)),
    );
  };
  const timer = setInterval(ask, askMs);
  return { lost, end: () => clearInterval(timer) };
}

/**
 * Does the work while no other backup or restore of this server is under way. The lock is held in the maintenance
 * database, which no restore replaces. Rejects when the lock is lost: the work may still go on then, and its process
 * must end.
 */
export async function whenAlone<Result>(args: LockArgs, work: () => Promise<Result>): Promise<Result> {
  return withConnection(databaseAt(args.url, "postgres"), async (client) => {
    await takeLock(client, args);
    const { lost, end } = watchLock(client);
    return Promise.race([work(), lost]).finally(end);
  });
}
