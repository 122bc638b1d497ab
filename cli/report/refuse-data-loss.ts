import { OperatorError } from "../operator-error.ts";
import type { PlanReport } from "./plan-report.ts";
import { renderText } from "./render.ts";

/** Throws an OperatorError that shows every change that puts data at risk; says nothing where there is none. */
export function refuseDataLoss(report: PlanReport): void {
  const changes = report.changes.filter(({ downtime }) => downtime === "data at risk");
  if (changes.length === 0) return;
  throw new OperatorError(
    `This up would put data at risk, so nothing was changed.\n\n${renderText({ ...report, changes, errors: [] })}
Take the change back, or, when the data may go, run it again with --allow-data-loss. What is protected stays
protected even then: Pulumi says how to lift that.`,
  );
}
