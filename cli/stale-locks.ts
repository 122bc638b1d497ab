import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

type Lock = { pid: number; username: string; hostname: string; timestamp: string };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a lock's owner was a process of this machine that has ended. Of another machine's nothing can be known. */
export function isStale(lock: Lock, thisHost = hostname()): boolean {
  return lock.hostname === thisHost && !isRunning(lock.pid);
}

/**
 * Removes the locks that killed runs left on a stack of the embedded state. Returns the process ids of their owners.
 * A lock whose owner still runs stays: Pulumi itself then says who holds it.
 */
export async function removeStaleLocks(stateDirectory: string, stack: string): Promise<number[]> {
  const directory = join(stateDirectory, ".pulumi/locks/organization/slipway", stack);
  if (!existsSync(directory)) return [];
  const removed: number[] = [];
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    const lock = JSON.parse(await readFile(file, "utf8")) as Lock;
    if (!isStale(lock)) continue;
    await rm(file);
    removed.push(lock.pid);
  }
  return removed;
}
