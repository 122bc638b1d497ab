import { OperatorError } from "./operator-error.ts";
import { readPlan } from "./report/read-plan.ts";
import { renderJson, renderMarkdown, renderText } from "./report/render.ts";

/**
 * Shows what an up would change, with the downtime class of each change and why. Changes nothing. Returns the exit
 * code: 1 where the preview did not come to its end.
 */
export async function report(
  root: string,
  { stack, json, md }: { stack: string; json: boolean; md: boolean },
): Promise<number> {
  if (json && md) throw new OperatorError("slipway report takes --json or --md, not both");
  const plan = await readPlan({ root, stack });
  const render = json ? renderJson : md ? renderMarkdown : renderText;
  process.stdout.write(render(plan));
  return plan.errors.length === 0 ? 0 : 1;
}
