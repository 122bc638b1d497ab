import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { docker } from "../infra/swarm/docker-client.ts";
import { ensureEngine } from "../toolchain/engine.ts";
import type { Progress } from "../toolchain/progress.ts";
import { leaveSwarm } from "../toolchain/swarm.ts";
import { type EngineObject, removeObject, stackObjects } from "./engine-objects.ts";
import { removeAllJobs } from "./left-jobs.ts";
import { LOCAL_SETTINGS } from "./local-settings.ts";
import { readLocalStack } from "./local-stack.ts";
import { lockName } from "./lock/deploy-lock.ts";
import { holdLocalLock } from "./lock/hold-lock.ts";
import { OperatorError } from "./operator-error.ts";
import { imagesOf, removeImages } from "./prune/engine-images.ts";
import { recover } from "./recover.ts";
import { type PulumiRun, readPulumi, showPulumi } from "./run-pulumi.ts";
import { readState } from "./stack-state.ts";
import { EMBEDDED_STATE, removeStaleLocks } from "./stale-locks.ts";

const STOP_SECONDS_MAX = 60;

const isData = ({ kind }: EngineObject) => kind === "volume";

/** Waits until the engine has ended the stack's containers: it does so behind a removed service. */
async function containersGone(namePrefix: string): Promise<void> {
  for (let second = 0; second < STOP_SECONDS_MAX; second += 1) {
    if (!(await stackObjects(namePrefix)).some(({ kind }) => kind === "container")) return;
    await wait(1000);
  }
}

/** Removes what is left on the engine under the stack's names, such as objects that no state knows any more. */
async function sweep(namePrefix: string, purge: boolean): Promise<void> {
  await containersGone(namePrefix);
  const lock = lockName(namePrefix);
  for (const object of await stackObjects(namePrefix)) {
    if (object.name !== lock && (purge || !isData(object))) await removeObject(object);
  }
}

async function destroy(run: PulumiRun, purge: boolean): Promise<void> {
  const state = await readState(run);
  if (state.isEmpty) return;
  if (purge) await readPulumi(run, ["state", "unprotect", "--all", "--yes"]);
  const kept = purge ? [] : ["--exclude-protected"];
  const exitCode = await showPulumi(run, ["destroy", "--yes", "--skip-preview", ...kept]);
  if (exitCode !== 0)
    throw new OperatorError("Not everything is down; the reason stands above. Run `npm run down` again.");
}

/** Removes what `up` made; data volumes, and the images that the next `up` starts from, stay unless purged. Returns the exit code. */
export async function down(root: string, progress: Progress, { purge }: { purge: boolean }): Promise<number> {
  const run = { root, stack: "local" };
  if (!existsSync(join(root, LOCAL_SETTINGS))) {
    process.stdout.write("Nothing is up: this checkout has no local stack yet.\n");
    return 0;
  }
  await ensureEngine({ root, progress });
  const { namePrefix, registry } = await readLocalStack(root);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const release = await holdLocalLock(root, namePrefix, "npm run down", say);
  try {
    await removeAllJobs({ docker, namePrefix });
    await removeStaleLocks(join(root, EMBEDDED_STATE), run.stack);
    if (existsSync(join(root, EMBEDDED_STATE, ".pulumi/stacks/slipway/local.json"))) {
      await recover(run, namePrefix);
      await destroy(run, purge);
    }
    await sweep(namePrefix, purge);
    if (purge && registry) await removeImages(await imagesOf(registry, docker), docker);
  } finally {
    await release();
  }
  await leaveSwarm({ root });
  const left = (await stackObjects(namePrefix)).map(({ name }) => name);
  process.stdout.write(
    left.length === 0 ? "Everything is gone.\n" : `Down. The data stays in ${left.join(", ")}.\n`,
  );
  return 0;
}
