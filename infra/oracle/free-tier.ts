/**
 * What Oracle's Always Free gives one tenancy in its home region. Oracle changes it: the Arm machines were halved on
 * 2026-06-15 (1,500 OCPU-hours and 9,000 GB-hours a month: two processors and 12 GB, all month). Source: Oracle's page
 * "Always Free Resources".
 */
export const FREE_TIER = {
  asOf: "2026-11-25",
  armOcpus: 2,
  armMemoryGb: 12,
  microMachines: 2,
  /** Boot volumes and block volumes together. */
  storageGb: 200,
  /** Of boot volumes and block volumes together. */
  volumeBackups: 5,
} as const;

/** List prices in US dollars, of what is over the free allowance; as of the same day. */
const PRICE = { armOcpuHour: 0.01, armMemoryGbHour: 0.0015, storageGbMonth: 0.0425 };

const HOURS_A_MONTH = 744;

/** What a stack asks of a tenancy, in the units of the allowance. */
export type Use = {
  armOcpus: number;
  armMemoryGb: number;
  microMachines: number;
  storageGb: number;
  volumeBackups: number;
};

type Resource = keyof Use;

/** What each is called, and the setting that decides it. */
const RESOURCES: Record<Resource, { title: string; setting: readonly string[] }> = {
  armOcpus: { title: "Arm processors (OCPU)", setting: ["machine", "ocpus"] },
  armMemoryGb: { title: "GB of memory of Arm machines", setting: ["machine", "memoryGb"] },
  microMachines: { title: "E2.1.Micro machines", setting: ["nodes"] },
  storageGb: { title: "GB of boot and block volumes", setting: ["dataVolumeGb"] },
  volumeBackups: { title: "backups of volumes", setting: ["volumeBackupsMax"] },
};

/** How much of one free allowance a stack takes. */
export type Headroom = { title: string; used: number; free: number; setting: readonly string[] };

/** Every allowance that a stack takes something of. */
export function headroom(use: Use): Headroom[] {
  const entries = Object.entries(RESOURCES) as [Resource, (typeof RESOURCES)[Resource]][];
  return entries
    .filter(([resource]) => use[resource] > 0)
    .map(([resource, { title, setting }]) => ({
      ...{ title, setting },
      used: use[resource],
      free: FREE_TIER[resource],
    }));
}

/** What is over the free allowance, in words that say what to do. Empty when everything is free. */
export function overFreeTier(use: Use): { path: readonly string[]; message: string }[] {
  return headroom(use)
    .filter(({ used, free }) => used > free)
    .map(({ title, used, free, setting }) => ({
      path: setting,
      message: `asks for ${used} ${title}, of which ${free} are free (as of ${FREE_TIER.asOf}): lower it, or set allowPaid: true`,
    }));
}

/** US dollars a month, by list prices, for what is over the free allowance. E2.1.Micro has no price: it is free or refused. */
export function costUsdPerMonth(use: Use): number {
  const over = (resource: "armOcpus" | "armMemoryGb" | "storageGb") =>
    Math.max(0, use[resource] - FREE_TIER[resource]);
  const machines = over("armOcpus") * PRICE.armOcpuHour + over("armMemoryGb") * PRICE.armMemoryGbHour;
  return machines * HOURS_A_MONTH + over("storageGb") * PRICE.storageGbMonth;
}
