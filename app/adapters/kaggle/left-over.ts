import { type KaggleCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { deleteKernel, sureStatus } from "./kernel.ts";
import type { Access } from "./run-context.ts";

/**
 * Stops the kernel of a job that is over, by its last checkpoint, unless it has ended, and says what was found. Undefined
 * while a push may still be under way: its kernel is named before, and not there yet.
 */
export async function stopLeftOverKernel(
  access: Access,
  checkpoint: Buffer | undefined,
): Promise<string | undefined> {
  const left: KaggleCheckpoint | undefined = parseCheckpoint(checkpoint);
  if (!left) return undefined;
  if (!left.kernel) return "Kaggle: no kernel to stop";
  const run = { ...access, owner: left.owner };
  const { state } = await sureStatus(run, left.kernel);
  if (state === "absent" || state === "new") return undefined;
  if (state !== "queued" && state !== "running") return `Kaggle: kernel ${left.kernel} has ended: ${state}`;
  await deleteKernel(run, left.kernel);
  return `Kaggle: stopped kernel ${left.kernel}`;
}
