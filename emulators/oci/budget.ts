import { invalidParameter } from "./api-error.ts";
import { addPlain, type ResourceType, TAGS } from "./resource-type.ts";

/** A sum of money whose reaching is told by mail. It stops nothing. */
export const budget: ResourceType = {
  token: "oci:Budget/budget:Budget",
  kind: "budget",
  service: "Budget Budget",
  noun: "Budget",
  required: ["amount", "compartmentId", "resetPeriod"],
  fixed: ["compartmentId", "targetCompartmentId", "targetType", "targets"],
  updatable: [
    ...["amount", "budgetProcessingPeriodStartOffset", ...TAGS, "description", "displayName", "endDate"],
    ...["processingPeriodType", "resetPeriod", "startDate", "systemTags"],
  ],
  create({ tenancy }, inputs) {
    if (inputs.resetPeriod !== "MONTHLY") throw invalidParameter("resetPeriod must be MONTHLY");
    if (!(Number(inputs.amount) >= 1)) throw invalidParameter("amount must be 1 or more");
    const spend = { actualSpend: 0, forecastedSpend: 0, alertRuleCount: 0, version: 1, state: "ACTIVE" };
    return addPlain(tenancy, budget, { ...spend, ...inputs });
  },
};

export const budgetRule: ResourceType = {
  token: "oci:Budget/rule:Rule",
  kind: "budgetalertrule",
  service: "Budget Alert Rule",
  noun: "AlertRule",
  required: ["budgetId", "threshold", "thresholdType", "type"],
  fixed: ["budgetId"],
  updatable: [
    ...TAGS,
    "description",
    "displayName",
    "message",
    "recipients",
    "threshold",
    "thresholdType",
    "type",
  ],
  references: { budgetId: "budget" },
  create({ tenancy }, inputs) {
    const { type, thresholdType } = inputs;
    if (!["ACTUAL", "FORECAST"].includes(String(type))) throw invalidParameter(`type ${type} is invalid`);
    if (!["PERCENTAGE", "ABSOLUTE"].includes(String(thresholdType)))
      throw invalidParameter(`thresholdType ${thresholdType} is invalid`);
    return addPlain(tenancy, budgetRule, { version: 1, ...inputs, state: "ACTIVE" });
  },
};
