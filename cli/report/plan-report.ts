import { type ClassifiedChange, classify } from "./classify.ts";
import { DOWNTIME_CLASSES, type DowntimeClass, worst } from "./downtime.ts";
import { parsePreview } from "./preview.ts";

/** What an `up` would do, in the words of an operator. */
export type PlanReport = {
  stack: string;
  /** The worst of all its changes. */
  downtime: DowntimeClass;
  /** The worst first, then by name. */
  changes: readonly ClassifiedChange[];
  unchanged: number;
  /** What ended the preview before its end, in Pulumi's words. */
  errors: readonly string[];
};

const rank = ({ downtime }: ClassifiedChange) => -DOWNTIME_CLASSES.indexOf(downtime);

function order(a: ClassifiedChange, b: ClassifiedChange): number {
  return rank(a) - rank(b) || (a.change.urn < b.change.urn ? -1 : 1);
}

/** Turns the JSON text of `pulumi preview --json` into a report. Throws a SyntaxError where it is no JSON. */
export function planReport(stack: string, previewJson: string): PlanReport {
  const { changes, unchanged, errors } = parsePreview(previewJson);
  const classified = changes.map((change) => classify(change)).sort(order);
  const downtime = worst(classified.map((change) => change.downtime));
  return { stack, downtime, changes: classified, unchanged, errors };
}
