/** What an account may use. */
export interface Quota {
  /** Sessions queued or running at once, on CPUs. */
  cpuSessionsMax: number;
  gpuSecondsUsed: number;
  gpuSecondsTotal: number;
  /** When the weekly figures start again, RFC 3339. */
  refreshAt: string;
}

/** `kernels.KernelsApiService/GetAcceleratorQuotaStatistics`: durations are `<seconds>s`. */
export function acceleratorQuota(quota: Quota) {
  const figures = (used: number, total: number) => ({
    timeUsed: `${used}s`,
    timeReserved: "0s",
    totalTimeAllowed: `${total}s`,
    minimumTimeAllowed: "0s",
    isPayToScaleEnabled: false,
    hasEverRun: used > 0,
  });
  return {
    quotaRefreshTime: quota.refreshAt,
    gpuQuota: figures(quota.gpuSecondsUsed, quota.gpuSecondsTotal),
    tpuQuota: figures(0, 72_000),
  };
}

/** Why a push is refused for want of quota, in Kaggle's words; undefined when there is enough. */
export function quotaError(quota: Quota, activeSessions: number, machineShape: string): string | undefined {
  const hours = (quota.gpuSecondsTotal / 3600).toFixed(2);
  if (machineShape.startsWith("Nvidia") && quota.gpuSecondsUsed >= quota.gpuSecondsTotal)
    return `Maximum weekly GPU quota of ${hours} hours reached.`;
  if (machineShape === "" && activeSessions >= quota.cpuSessionsMax)
    return `Maximum batch CPU session count of ${quota.cpuSessionsMax} reached.`;
  return undefined;
}
