import { limitExceeded, quotaExceeded } from "./api-error.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

/** Service limits by their names in Oracle Cloud. */
export type Limits = Record<string, number>;

/** What an account has that pays nothing, since 15 June 2026. */
export const ALWAYS_FREE: Limits = {
  "vcn-count": 2,
  "standard-a1-core-count": 2,
  "standard-a1-memory-count": 12,
  "standard-e2-micro-core-count": 2,
  "total-storage-gb": 200,
  "backup-count": 5,
  "reserved-public-ip-count": 1,
};

/** What an account has that has just begun to pay. */
export const PAYING: Limits = {
  ...ALWAYS_FREE,
  "standard-a1-core-count": 16,
  "standard-a1-memory-count": 96,
  "total-storage-gb": 2_000,
  "reserved-public-ip-count": 10,
};

/** What is about to be there; `id` where it is there already and changes. */
type Wanted = { id?: string; kind: string; properties: Properties };

/** Throws 400 where one more such thing is over a service limit or over a quota that a policy sets. */
export function requireWithinLimits(tenancy: Tenancy, wanted: Wanted): void {
  const use = usageOf(wanted);
  const others = Object.values(tenancy.state.resources).filter(({ id }) => id !== wanted.id);
  const totals = Object.entries(use).map(([name, amount]) => ({
    name,
    total: amount + others.reduce((sum, other) => sum + (usageOf(other)[name] ?? 0), 0),
  }));
  const over = (limits: Limits) => totals.filter(({ name, total }) => total > (limits[name] ?? Infinity));
  const names = (found: { name: string }[]) => found.map(({ name }) => name);
  const overLimit = over(tenancy.limits);
  if (overLimit.length > 0) throw limitExceeded(names(overLimit));
  const overQuota = over(quotaLimits(tenancy.of("quota")));
  if (overQuota.length > 0) throw quotaExceeded(names(overQuota));
}

/** What a thing counts for, by the limits' names. */
export function usageOf({ kind, properties }: Wanted): Limits {
  if (kind === "vcn") return { "vcn-count": 1 };
  if (kind === "volumebackup") return { "backup-count": 1 };
  if (kind === "volume" || kind === "bootvolume")
    return { "total-storage-gb": Number(properties.sizeInGbs ?? 50) };
  if (kind === "publicip" && properties.lifetime === "RESERVED") return { "reserved-public-ip-count": 1 };
  return kind === "instance" ? instanceUsage(properties) : {};
}

function instanceUsage({ shape, shapeConfig }: Properties): Limits {
  const { ocpus = 1, memoryInGbs = 6 } = (shapeConfig ?? {}) as { ocpus?: number; memoryInGbs?: number };
  if (shape === "VM.Standard.E2.1.Micro") return { "standard-e2-micro-core-count": 1 };
  if (shape !== "VM.Standard.A1.Flex") return { [`${String(shape)}-count`]: 1 };
  return { "standard-a1-core-count": Number(ocpus), "standard-a1-memory-count": Number(memoryInGbs) };
}

const STATEMENT =
  /^(set|unset|zero) [\w-]+ quotas? ([\w-]+|'[^']*')?(?: to (\d+))? in (?:tenancy|compartment .+)$/i;

/** The lowest value that the policies' statements set for each name. */
export function quotaLimits(policies: readonly ResourceRecord[]): Limits {
  const limits: Limits = {};
  for (const statement of policies.flatMap(({ properties }) => properties.statements as string[])) {
    const [, verb, name, value] = STATEMENT.exec(statement.trim()) ?? [];
    if (name && verb !== "unset")
      limits[name] = Math.min(limits[name] ?? Infinity, verb === "zero" ? 0 : Number(value));
  }
  return limits;
}

/** Whether the quota language has this statement. */
export function isQuotaStatement(statement: string): boolean {
  return STATEMENT.test(statement.trim());
}
