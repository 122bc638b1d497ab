import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { ToolchainError } from "./toolchain-error.ts";

/** Below this an image build or a database fails half way. A first run adds about 6 GB: Go's caches and the images. */
const FREE_BYTES_MIN = 2e9;

/** Throws ToolchainError where a disk that is written to is nearly full. Directories that are not here do not count. */
export async function checkDisk(
  directories: readonly string[],
  freeBytes: (path: string) => Promise<number> = freeBytesAt,
): Promise<void> {
  for (const directory of directories.filter((path) => existsSync(path))) {
    const fault = diskFault(directory, await freeBytes(directory));
    if (fault) throw new ToolchainError(fault);
  }
}

/** What to say of a disk with so much free; undefined where that is enough. */
export function diskFault(directory: string, freeBytes: number): string | undefined {
  if (freeBytes >= FREE_BYTES_MIN) return undefined;
  const free = (freeBytes / 1e9).toFixed(1);
  return (
    `The disk is nearly full: ${free} GB are free at ${directory}, at least ${FREE_BYTES_MIN / 1e9} GB are needed. ` +
    "Free some, for example: docker image prune --all; docker builder prune; go clean -cache -modcache"
  );
}

/** Bytes that may still be written at a path. */
export async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
