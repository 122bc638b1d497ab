import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepareToolchain } from "../toolchain/prepare.ts";
import { formatElapsed, type Progress } from "../toolchain/progress.ts";
import { ALLOW_DATA_LOSS } from "./change-command.ts";
import { ensureSecrets } from "./ensure-secrets.ts";
import { ensureLocalSettings, LOCAL_SETTINGS } from "./local-settings.ts";
import { readLocalStack } from "./local-stack.ts";
import { holdLocalLock } from "./lock/hold-lock.ts";
import { OperatorError } from "./operator-error.ts";
import { recover } from "./recover.ts";
import { readPlan } from "./report/read-plan.ts";
import { refuseDataLoss } from "./report/refuse-data-loss.ts";
import { type PulumiRun, readPulumi, showPulumi } from "./run-pulumi.ts";
import { EMBEDDED_STATE, removeStaleLocks } from "./stale-locks.ts";
import { renderWelcome, type StackOutputs } from "./welcome.ts";

async function ensureStack(run: PulumiRun): Promise<void> {
  if (existsSync(join(run.root, EMBEDDED_STATE, ".pulumi/stacks/slipway", `${run.stack}.json`))) return;
  await readPulumi(run, ["stack", "select", "--create"]);
}

/** Makes the stack's secrets and state fit to work with. Returns what was done, for the screen. */
async function readyStack(run: PulumiRun, namePrefix: string): Promise<string[]> {
  await ensureStack(run);
  const owners = await removeStaleLocks(join(run.root, EMBEDDED_STATE), run.stack);
  const recovered = await recover(run, namePrefix);
  const secrets = await ensureSecrets(run);
  return [
    owners.length > 0 ? `removed the lock of a killed run (process ${owners.join(", ")})` : "",
    ...recovered,
    secrets.length > 0 ? `made ${secrets.length} secrets, encrypted in ${LOCAL_SETTINGS}` : "",
  ].filter(Boolean);
}

/** Does a step where it can be watched; what it did is its last line. */
async function shown(progress: Progress, name: string, work: () => Promise<string[]>): Promise<void> {
  const step = progress.step(name);
  try {
    step.done((await work()).join("; "));
  } catch (error) {
    step.fail("not ready");
    throw error;
  }
}

/** Shows, changes and reports: what must happen while nobody else changes the stack. */
async function bringUp(run: PulumiRun, { allowDataLoss }: { allowDataLoss: boolean }): Promise<StackOutputs> {
  // A plan that ends badly for another reason is left to the up, which fails for the same and shows it in full.
  if (!allowDataLoss) refuseDataLoss(await readPlan(run));
  const quietly = ["--yes", "--skip-preview", "--suppress-outputs"];
  // What this up may do is decided: the launcher need not ask again.
  const exitCode = await showPulumi(run, ["up", ...quietly, ALLOW_DATA_LOSS]);
  if (exitCode !== 0) {
    throw new OperatorError(
      "The stack is not up; the reason stands above. What is there was kept: mend it and run `npm run up` again.",
    );
  }
  return JSON.parse(await readPulumi(run, ["stack", "output", "--json", "--show-secrets"])) as StackOutputs;
}

/**
 * Brings the local stack up from whatever there is, a bare machine included; refuses, before anything changes, to put
 * data at risk unless that is allowed. Returns the exit code.
 */
export async function up(
  root: string,
  progress: Progress,
  options: { allowDataLoss: boolean },
): Promise<number> {
  const started = performance.now();
  const run = { root, stack: "local" };
  await prepareToolchain({ root, progress });
  const isNew = await ensureLocalSettings(run);
  const { namePrefix } = await readLocalStack(root);
  const release = await holdLocalLock(root, namePrefix, "npm run up", (line) => progress.say(line));
  try {
    await shown(progress, "local stack", async () => [
      ...(isNew ? [`${LOCAL_SETTINGS} made from the worked example`] : []),
      ...(await readyStack(run, namePrefix)),
    ]);
    const outputs = await bringUp(run, options);
    process.stdout.write(renderWelcome(outputs, formatElapsed(performance.now() - started)));
    return 0;
  } finally {
    await release();
  }
}
