import { setTimeout as wait } from "node:timers/promises";
import { putBack } from "../infra/operations/release/put-back.ts";
import { engineAt } from "../infra/swarm/engine-call.ts";
import type { Difference } from "./drift/differences.ts";
import { type Drift, readDrift } from "./drift/live-differences.ts";
import { holdDeployLock } from "./lock/hold-lock.ts";
import { type StackEngine, stackEngine } from "./stack-engine.ts";
import { table } from "./table.ts";

const SETTLE_MS_MAX = 30_000;

/** The differences for a terminal, and what can be done about them. */
export function renderDrift(stack: string, { release, differences }: Drift): string {
  if (differences.length === 0) return `Stack ${stack} is what release ${release.id} left.\n`;
  const none = "nothing";
  const rows = differences.map(({ service, what, was, is }) => [service, what, was ?? none, is ?? none]);
  const heading = `Stack ${stack} is not what release ${release.id} left:\n\n`;
  const advice = `npx slipway drift --fix --stack ${stack} puts services back. One that is gone: npx pulumi refresh, then up.`;
  return `${heading}${table([["service", "what", "was", "is"], ...rows])}\n${advice}\n`;
}

const isService = ({ what, was, is }: Difference) =>
  what !== "container" && !(what === "service" && (!was || !is));

/** Puts back what is there and changed; what is gone, or a stranger's, is left to people. */
async function fix(root: string, target: StackEngine, { differences }: Drift): Promise<Drift> {
  if (differences.some(isService)) {
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const { stack, namePrefix, host, env } = target;
    const giveBack = await holdDeployLock({ root, stack, target, command: "slipway drift --fix", say });
    try {
      // A deploy may have ended while the lock was waited for: what it left is what counts now.
      const { release } = await readDrift(target);
      const changed = await putBack(engineAt(host, env), namePrefix, release.services);
      for (const name of changed) say(`put back: ${name}`);
    } finally {
      await giveBack();
    }
    return settled(target);
  }
  return readDrift(target);
}

/** What differs when Swarm is done: it may only begin to replace containers when it has taken a specification. */
async function settled(target: StackEngine): Promise<Drift> {
  const deadline = Date.now() + SETTLE_MS_MAX;
  for (;;) {
    const drift = await readDrift(target);
    if (!drift.differences.some(isService) || Date.now() > deadline) return drift;
    await wait(1_000);
  }
}

/**
 * Compares what runs with what the last release left: images, environment, mounts, networks, secrets, configurations,
 * replicas; puts it back where that is asked for. Returns the exit code: 1 where there is, or stays, a difference.
 */
export async function drift(
  root: string,
  { stack, json, fix: isToFix }: { stack: string; json: boolean; fix: boolean },
): Promise<number> {
  const target = await stackEngine(root, stack);
  const found = await readDrift(target);
  const left = isToFix ? await fix(root, target, found) : found;
  const shown = { stack, release: found.release.id, found: found.differences, left: left.differences };
  process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : renderDrift(stack, left));
  return left.differences.length === 0 ? 0 : 1;
}
