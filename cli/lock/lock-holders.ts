import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEPLOY_LOCK_VARIABLE } from "../../infra/swarm/names.ts";

/** Children of a process that runs under a lock take none of their own. */
export const LOCK_VARIABLE = DEPLOY_LOCK_VARIABLE;

function directoryOf(root: string, id: string): string {
  return join(root, ".slipway/locks", id);
}

/** Whether a process with this id runs, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Notes a process of this checkout that works under a lock, which is kept for as long as any of them runs. */
export function noteHolder(root: string, id: string, pid: number): void {
  mkdirSync(directoryOf(root, id), { recursive: true });
  writeFileSync(join(directoryOf(root, id), `${pid}`), "");
}

/** The noted processes that still run. */
export function runningHolders(root: string, id: string): number[] {
  const directory = directoryOf(root, id);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map(Number).filter(isRunning);
}

/** Forgets all notes of a lock. */
export function forgetHolders(root: string, id: string): void {
  rmSync(directoryOf(root, id), { recursive: true, force: true });
}
