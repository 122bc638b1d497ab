import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { OperatorError } from "./operator-error.ts";

/** Where a checkout keeps the state of its stacks, below its root, unless the operator has chosen another place. */
export const EMBEDDED_STATE = ".slipway/state";

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

function heldMessage(stack: string, { pid, username, hostname: host, timestamp }: Lock): string {
  return (
    `Another Pulumi run works on stack ${stack}: process ${pid} of ${username} on ${host}, since ${timestamp}. ` +
    `Wait for its end and run this again; where it is gone for good: npx pulumi cancel --yes --stack ${stack}`
  );
}

/**
 * Removes the locks that killed runs left on a stack of the embedded state. Returns the process ids of their owners.
 * Throws an OperatorError that names the owner of a lock that is held: what looks half made is then being made.
 */
export async function removeStaleLocks(stateDirectory: string, stack: string): Promise<number[]> {
  const directory = join(stateDirectory, ".pulumi/locks/organization/slipway", stack);
  if (!existsSync(directory)) return [];
  const removed: number[] = [];
  // Beside each lock its store may keep a file of attributes.
  for (const name of (await readdir(directory)).filter((each) => each.endsWith(".json"))) {
    const file = join(directory, name);
    const lock = JSON.parse(await readFile(file, "utf8")) as Lock;
    if (!isStale(lock)) throw new OperatorError(heldMessage(stack, lock));
    await rm(file);
    await rm(`${file}.attrs`, { force: true });
    removed.push(lock.pid);
  }
  return removed;
}
