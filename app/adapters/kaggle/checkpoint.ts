import type { ExecutorContext } from "../../core/executor.ts";

/** What the next worker needs to go on: the kernel, and how much of its log is already told. */
export interface KaggleCheckpoint {
  readonly version: 1;
  readonly owner: string;
  /** Undefined once the kernel has failed: the next attempt pushes its own. */
  readonly kernel?: string;
  /** Log entries passed on so far. */
  readonly logEntries: number;
}

/** The checkpoint of this account's earlier run, or a fresh one; one of another executor or version is ignored. */
export async function loadCheckpoint(context: ExecutorContext, owner: string): Promise<KaggleCheckpoint> {
  const saved = parseCheckpoint(await context.loadCheckpoint());
  return saved?.owner === owner ? saved : { version: 1, owner, logEntries: 0 };
}

export async function saveCheckpoint(context: ExecutorContext, checkpoint: KaggleCheckpoint): Promise<void> {
  await context.saveCheckpoint(Buffer.from(JSON.stringify(checkpoint)));
}

/** Undefined when there is none, or one of another executor or version. */
export function parseCheckpoint(data: Buffer | undefined): KaggleCheckpoint | undefined {
  try {
    const value = JSON.parse(data?.toString("utf8") ?? "null") as KaggleCheckpoint | null;
    return value?.version === 1 ? value : undefined;
  } catch {
    return undefined;
  }
}
