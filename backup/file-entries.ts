import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FileEntry } from "./manifest.ts";

/** The digest of a file's content, in hexadecimal digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** All files below a folder, by their paths from there, with size and digest. */
export async function fileEntries(directory: string): Promise<FileEntry[]> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
  const entries: FileEntry[] = [];
  for (const path of paths) {
    const file = join(directory, path);
    entries.push({ path, bytes: statSync(file).size, sha256: await sha256Of(file) });
  }
  return entries;
}

/** What is wrong with files that should be as the entries say, a line each; empty where nothing is. */
export async function fileFaults(directory: string, entries: readonly FileEntry[]): Promise<string[]> {
  const faults: string[] = [];
  for (const { path, bytes, sha256 } of entries) {
    const file = join(directory, path);
    if (!existsSync(file)) faults.push(`${path} is missing`);
    else if (statSync(file).size !== bytes)
      faults.push(`${path} has ${statSync(file).size} bytes, not ${bytes}`);
    else if ((await sha256Of(file)) !== sha256) faults.push(`${path} has another checksum`);
  }
  return faults;
}
