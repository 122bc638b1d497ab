import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 250;
/** No build takes this long: an older lock belongs to a process whose id was given to another. */
const AGE_MAX_MS = 60 * 60 * 1000;

/**
 * Runs work while holding a lock file that names its owner's process id. Waits for a living owner (waiting is called
 * once, with its id) and takes over from a dead one. Two may hold it for a moment when both take over at once: the
 * lock saves work twice done, so the work itself must end in an atomic rename.
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  waiting: (owner: number) => void = () => {},
): Promise<Result> {
  await acquire(path, waiting);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, waiting: (owner: number) => void): Promise<void> {
  const own = `${path}.${process.pid}-${randomUUID()}`;
  let told = false;
  await writeFile(own, String(process.pid));
  try {
    while (!(await linked(own, path))) {
      const owner = await ownerOf(path);
      if (owner === undefined) continue;
      if (!owner.alive) await takeAway(path);
      else if (!told) {
        told = true;
        waiting(owner.pid);
      }
      if (owner.alive) await sleep(POLL_MS);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Makes the lock with its content in one step, so that no reader ever sees it empty. */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function ownerOf(path: string): Promise<{ pid: number; alive: boolean } | undefined> {
  try {
    const pid = Number(await readFile(path, "utf8"));
    const { mtimeMs } = await stat(path);
    return { pid, alive: Date.now() - mtimeMs < AGE_MAX_MS && isAlive(pid) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  await rm(aside, { force: true });
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
