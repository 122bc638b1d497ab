import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestText, type ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { ROLLBACK_VARIABLE } from "../../stacks/rollback-variable.ts";
import { ALLOW_DATA_LOSS } from "../change-command.ts";
import { OperatorError } from "../operator-error.ts";
import { recover } from "../recover.ts";
import type { DowntimeClass } from "../report/downtime.ts";
import { readPlan } from "../report/read-plan.ts";
import { refuseDataLoss } from "../report/refuse-data-loss.ts";
import { type PulumiRun, showPulumi } from "../run-pulumi.ts";
import { EMBEDDED_STATE, removeStaleLocks } from "../stale-locks.ts";

/** The environment in which the program goes back to a release: its manifest is where the program reads it. */
function rollbackEnvironment({ root, stack }: PulumiRun, release: ReleaseManifest): Record<string, string> {
  const directory = join(root, ".slipway/rollback");
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${stack}.json`);
  writeFileSync(file, manifestText(release));
  return { [ROLLBACK_VARIABLE]: file };
}

/** Clears up what a killed run may have left of Pulumi's own: locks, and what was half made. */
export async function readyState(run: PulumiRun, namePrefix: string): Promise<void> {
  await removeStaleLocks(join(run.root, EMBEDDED_STATE), run.stack);
  if (run.stack === "local") await recover(run, namePrefix);
}

/**
 * The downtime class of what the program would change to go back to a release. Throws an OperatorError where it would
 * not come to its end, or would put data at risk.
 */
export async function previewBack(run: PulumiRun, release: ReleaseManifest): Promise<DowntimeClass> {
  const report = await readPlan(run, undefined, rollbackEnvironment(run, release));
  if (report.errors.length > 0)
    throw new OperatorError(
      `The way back cannot be planned, and nothing was changed:\n${report.errors.join("\n")}`,
    );
  refuseDataLoss(report);
  return report.downtime;
}

/** Goes back to a release by the way of every deploy. Returns the exit code; what Pulumi shows goes to standard error. */
export function bringUp(run: PulumiRun, release: ReleaseManifest): Promise<number> {
  // What may be done to data was asked already.
  const up = ["up", "--yes", "--skip-preview", "--suppress-outputs", ALLOW_DATA_LOSS];
  return showPulumi(run, up, { env: rollbackEnvironment(run, release), stdout: process.stderr });
}
