import { type KaggleCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { deleteKernel, sureStatus } from "./kernel.ts";
import type { Access } from "./run-context.ts";

/** Stops the kernel of a job that is over, by its last checkpoint, unless it has ended; says so when it did. */
export async function stopLeftOverKernel(
  access: Access,
  checkpoint: Buffer | undefined,
): Promise<string | undefined> {
  const left: KaggleCheckpoint | undefined = parseCheckpoint(checkpoint);
  if (!left?.kernel) return undefined;
  const run = { ...access, owner: left.owner };
  const { state } = await sureStatus(run, left.kernel);
  if (state !== "queued" && state !== "running") return undefined;
  await deleteKernel(run, left.kernel);
  return `Kaggle: stopped kernel ${left.kernel}`;
}
