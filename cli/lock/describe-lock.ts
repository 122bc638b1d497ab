import type { DeployLock } from "./deploy-lock.ts";

/** A holder renews its lock so often. */
export const BEAT_MS = 5_000;
/** Three beats missed: the keeper of the lock is gone. On its own host the process can be asked for, too. */
export const SILENT_MS = 3 * BEAT_MS;
/** Another host may have lost its connection for a while. After this nobody waits any more, and people decide. */
export const STALE_MS = 60_000;

/** What somebody who wants a lock that another has may do about it. */
export type Verdict = "wait" | "take over" | "stale";

/** What is known on the host that asks. */
export type Asker = { host: string; isRunning(pid: number): boolean };

/** Whether to wait for a lock's holder, to take over from it, or to leave the decision to people. */
export function verdictOn({ holder, silentMs }: DeployLock, asker: Asker): Verdict {
  if (silentMs < SILENT_MS) return "wait";
  if (holder.host === asker.host && !asker.isRunning(holder.pid)) return "take over";
  return silentMs < STALE_MS ? "wait" : "stale";
}

function age(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** Who holds a lock, since when, and when it was last heard of, in one line. */
export function describeLock({ holder, startedAt, silentMs }: DeployLock): string {
  const { owner, host, pid, command } = holder;
  const since = startedAt.toISOString().replace(/\.\d+Z$/, "Z");
  return `${owner} on ${host} (process ${pid}: ${command}) since ${since}, last heard ${age(silentMs)} ago`;
}

/** What to say of a lock that nobody renews and that this host cannot judge. */
export function explainStale(stack: string, lock: DeployLock): string {
  return `Stack ${stack} is locked by ${describeLock(lock)}.
Nobody renews the lock: that run was killed with its machine, or its machine has lost its way to the stack. If you are
sure that it has ended: npx slipway lock --stack ${stack} --break. Nothing was changed.`;
}
