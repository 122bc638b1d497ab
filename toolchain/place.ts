import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Puts a cached file in its place as a hard link, or as a copy where the cache is on another disk. Never as a symbolic
 * link: the CLI looks for its language hosts beside the file that it really is.
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await place(to, async (unfinished) => {
    await link(from, unfinished).catch(() => copyFile(from, unfinished));
  });
}

/** Writes an executable script. */
export async function placeScript(to: string, text: string): Promise<void> {
  await place(to, (unfinished) => writeFile(unfinished, text, { mode: 0o755 }));
}

/** Writes a file of data. */
export async function placeText(to: string, text: string): Promise<void> {
  await place(to, (unfinished) => writeFile(unfinished, text));
}

async function place(to: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${to}.${randomUUID()}`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await write(unfinished);
    await rename(unfinished, to);
  } finally {
    // Renaming a hard link onto another of the same file does nothing and leaves both.
    await rm(unfinished, { force: true });
  }
}
