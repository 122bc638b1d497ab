import { Budget } from "@pulumi/oci/budget/budget.js";
import { Rule } from "@pulumi/oci/budget/rule.js";
import { Quota } from "@pulumi/oci/limits/quota.js";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { whole } from "../settings/fields.ts";
import { emailAddress } from "./fields.ts";
import { FREE_TIER } from "./free-tier.ts";

export const BudgetSettings = z.strictObject({
  /** In the account's currency. Oracle mails when it is expected to be passed; it stops nothing. */
  amountPerMonth: whole(1, 1_000_000),
  alertEmail: emailAddress(),
});

export type SpendingGuardArgs = {
  tenancyId: string;
  compartmentId: string;
  prefix: string;
  budget: z.infer<typeof BudgetSettings>;
  /** Takes the limits away: what is over the free allowance is billed. */
  allowPaid: boolean;
};

/**
 * Statements that make Oracle itself refuse whatever is over the free allowance, whoever asks; or that take those limits
 * away. They stay as statements, since Pulumi deletes last: machines that cost would still be refused in the same `up`.
 */
export function freeTierQuota({ allowPaid }: Pick<SpendingGuardArgs, "allowPaid">): string[] {
  const { armOcpus, armMemoryGb, microMachines, storageGb, volumeBackups } = FREE_TIER;
  const limits: [string, string, number][] = [
    ["compute-core", "standard-a1-core-count", armOcpus],
    ["compute-memory", "standard-a1-memory-count", armMemoryGb],
    ["compute-core", "standard-e2-micro-core-count", microMachines],
    ["block-storage", "total-storage-gb", storageGb],
    ["block-storage", "backup-count", volumeBackups],
  ];
  return limits.map(([family, name, value]) =>
    allowPaid
      ? `unset ${family} quota ${name} in tenancy`
      : `set ${family} quota ${name} to ${value} in tenancy`,
  );
}

/** Keeps the account from costing more than it should: a budget that mails, and a quota that refuses. */
export class SpendingGuard extends pulumi.ComponentResource {
  /** Wait for it before making anything that could cost something. */
  readonly quota: Quota;

  constructor(name: string, args: SpendingGuardArgs, opts?: pulumi.ResourceOptions) {
    super("slipway:oracle:SpendingGuard", name, {}, opts);
    const { tenancyId, prefix, allowPaid } = args;
    this.quota = new Quota(
      "free-tier",
      {
        compartmentId: tenancyId,
        name: `${prefix}-free-tier`,
        description: allowPaid ? "Nothing is refused" : "Nothing over Always Free, whoever asks for it",
        statements: freeTierQuota(args),
      },
      { parent: this },
    );
    alert(args, { parent: this });
    this.registerOutputs({});
  }
}

function alert(
  { tenancyId, compartmentId, prefix, budget }: SpendingGuardArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const made = new Budget(
    "budget",
    {
      ...{ compartmentId: tenancyId, displayName: `${prefix}-budget`, amount: budget.amountPerMonth },
      ...{ resetPeriod: "MONTHLY", targetType: "COMPARTMENT", targets: [compartmentId] },
    },
    opts,
  );
  new Rule(
    "budget-alert",
    {
      ...{ budgetId: made.id, displayName: `${prefix}-budget-alert`, recipients: budget.alertEmail },
      ...{ type: "FORECAST", threshold: 100, thresholdType: "PERCENTAGE" },
      message: `${prefix} is expected to cost more than ${budget.amountPerMonth} this month.`,
    },
    opts,
  );
}
