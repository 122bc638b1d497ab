import { PermanentJobError, TransientJobError } from "../../core/executor.ts";
import { type Access, callAgain, type RunContext } from "./run-context.ts";

/** What is left of the weekly accelerator time. */
export interface Quota {
  readonly refreshAt?: Date;
  readonly gpu?: { readonly usedSeconds: number; readonly totalSeconds: number };
}

/** Reads the account's quota; also the cheapest proof that the credentials work. */
export async function readQuota(run: Access): Promise<Quota> {
  const answer = await callAgain<QuotaAnswer>(
    run,
    "kernels.KernelsApiService/GetAcceleratorQuotaStatistics",
    {},
  );
  const { quotaRefreshTime, gpuQuota } = answer;
  return {
    ...(quotaRefreshTime ? { refreshAt: new Date(quotaRefreshTime) } : {}),
    ...(gpuQuota
      ? { gpu: { usedSeconds: seconds(gpuQuota.timeUsed), totalSeconds: seconds(gpuQuota.totalTimeAllowed) } }
      : {}),
  };
}

/** The quota in one line for the job's log. */
export function quotaLine({ gpu, refreshAt }: Quota): string {
  if (!gpu) return "Kaggle: no accelerator quota is reported for this account";
  const left = Math.max(0, gpu.totalSeconds - gpu.usedSeconds);
  const until = refreshAt ? `, fresh at ${refreshAt.toISOString()}` : "";
  return `Kaggle: ${hours(left)} h of ${hours(gpu.totalSeconds)} h GPU quota left${until}`;
}

/** Kaggle's words for "too many sessions at once", which pass by themselves soon. */
export function isSlotRefusal(error: string): boolean {
  return /session count of \d+ reached/i.test(error);
}

/** Why a push was refused: for want of quota (not before it is fresh again), or for good. */
export async function refusalError(run: RunContext, error: string): Promise<Error> {
  if (!/quota/i.test(error)) return new PermanentJobError(`Kaggle refused the kernel: ${error}`);
  const { refreshAt } = await readQuota(run);
  const waitMs = refreshAt ? refreshAt.getTime() - Date.now() : 0;
  const until = refreshAt ? ` It is fresh again at ${refreshAt.toISOString()}.` : "";
  return new TransientJobError(`Kaggle's quota is used up: ${error}${until}`, {
    ...(waitMs > 0 ? { retryAfterMs: waitMs } : {}),
  });
}

/** Kaggle writes durations as `12.5s`. */
function seconds(text: string | null | undefined): number {
  return Number.parseFloat(text ?? "0") || 0;
}

const hours = (value: number) => (value / 3600).toFixed(1);

interface QuotaAnswer {
  readonly quotaRefreshTime?: string | null;
  readonly gpuQuota?: { readonly timeUsed?: string | null; readonly totalTimeAllowed?: string | null } | null;
}
