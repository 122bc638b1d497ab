import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Runs `work` in a fresh folder under `cacheDir`, removed afterwards. Folders of killed runs go at the same time. */
export async function inWorkDir<T>(cacheDir: string, work: (dir: string) => Promise<T>): Promise<T> {
  const base = join(cacheDir, "work");
  await mkdir(base, { recursive: true });
  await removeAbandoned(base);
  const dir = await mkdtemp(join(base, `${process.pid}-`));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function removeAbandoned(base: string) {
  for (const name of await readdir(base)) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
