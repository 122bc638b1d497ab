import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, withLock } from "./lock.ts";

/** Where a part came from: the official download, our own build of its source, or this checkout's own code. */
export type PartSource = "official" | "built" | "checkout";

/** What is known of a part; kept beside it in the cache. */
export interface PartRecord {
  name: string;
  version: string;
  source: PartSource;
  /** How long it took to get, in seconds. */
  seconds: number;
  bytes: number;
}

export interface CacheRequest {
  cacheDir: string;
  name: string;
  version: string;
  /** A hash of everything that the result depends on. */
  key: string;
  /** Puts the part into an empty directory and says where it came from. */
  make(directory: string): Promise<PartSource>;
  /** Told when another process makes this part already. */
  waiting(owner: number): void;
}

export interface CacheEntry {
  directory: string;
  record: PartRecord;
  /** Whether it was there already. */
  warm: boolean;
}

const RECORD = "slipway-part.json";

/**
 * The cached part, made first where there is none. A part is made beside its place and renamed into it, so that it is
 * there whole or not at all, however the making was interrupted; of two makers at once one waits for the other.
 */
export async function cached(request: CacheRequest): Promise<CacheEntry> {
  const directory = join(request.cacheDir, `${request.name}-${request.key}`);
  const present = entryAt(directory);
  if (present) return present;
  await mkdir(request.cacheDir, { recursive: true });
  return withLock(
    `${directory}.lock`,
    async () => entryAt(directory) ?? (await make(request, directory)),
    request.waiting,
  );
}

function entryAt(directory: string): CacheEntry | undefined {
  const file = join(directory, RECORD);
  if (!existsSync(file)) return undefined;
  return { directory, record: JSON.parse(readFileSync(file, "utf8")) as PartRecord, warm: true };
}

async function make(request: CacheRequest, directory: string): Promise<CacheEntry> {
  const startedAtMs = Date.now();
  await sweep(request.cacheDir);
  const unfinished = `${directory}.unfinished-${process.pid}`;
  try {
    await mkdir(unfinished);
    const source = await request.make(unfinished);
    const record: PartRecord = {
      name: request.name,
      version: request.version,
      source,
      seconds: Math.round((Date.now() - startedAtMs) / 100) / 10,
      bytes: await bytesIn(unfinished),
    };
    await writeFile(join(unfinished, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    await rename(unfinished, directory);
    return { directory, record, warm: false };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Removes what dead processes left unfinished. */
async function sweep(cacheDir: string): Promise<void> {
  const left = (await readdir(cacheDir)).flatMap((name) => {
    const pid = /\.unfinished-(\d+)$/.exec(name)?.[1];
    return pid !== undefined && !isAlive(Number(pid)) ? [name] : [];
  });
  await Promise.all(left.map((name) => rm(join(cacheDir, name), { recursive: true, force: true })));
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
