import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelStatus, LogEvent } from "./api-messages.ts";

export interface BlobRecord {
  owner: string;
  name: string;
  contentLength: number;
  receivedBytes: number;
  complete: boolean;
}

export interface DatasetRecord {
  id: number;
  title: string;
  isPrivate: boolean;
  versions: { readyAt: number; files: { name: string; token: string }[] }[];
}

export interface SessionRecord {
  sessionId: number;
  source: string;
  datasetSources: string[];
  machineShape: string;
  enableInternet: boolean;
  timeoutSeconds: number;
  status: KernelStatus;
  failureMessage?: string;
  log: LogEvent[];
}

export interface KernelRecord {
  id: number;
  owner: string;
  slug: string;
  title: string;
  isPrivate: boolean;
  /** Version n is at index n − 1. */
  versions: SessionRecord[];
}

export interface State {
  nextId: number;
  /** By upload token. */
  blobs: Record<string, BlobRecord>;
  /** By `owner/slug`. */
  datasets: Record<string, DatasetRecord>;
  /** By `owner/slug`. */
  kernels: Record<string, KernelRecord>;
}

/** All that the emulator remembers, in one JSON file, so that it survives a restart. */
export class StateStore {
  readonly directory: string;
  readonly state: State;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(join(directory, "blobs"), { recursive: true });
    this.state = readState(join(directory, "state.json"));
  }

  save(): void {
    const path = join(this.directory, "state.json");
    writeFileSync(`${path}.new`, JSON.stringify(this.state));
    renameSync(`${path}.new`, path);
  }

  newId(): number {
    return this.state.nextId++;
  }

  blobPath(token: string): string {
    return join(this.directory, "blobs", token);
  }

  runDirectory(sessionId: number): string {
    return join(this.directory, "runs", String(sessionId));
  }
}

function readState(path: string): State {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { nextId: 1, blobs: {}, datasets: {}, kernels: {} };
  }
}
