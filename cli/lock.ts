import { engineAt } from "../infra/swarm/engine-call.ts";
import { type DeployLock, readLock, removeLock } from "./lock/deploy-lock.ts";
import { describeLock, STALE_MS, verdictOn } from "./lock/describe-lock.ts";
import { lockTarget } from "./lock/lock-target.ts";
import { OperatorError } from "./operator-error.ts";
import { sshEnvironment } from "./ssh-environment.ts";

type LockFlags = { stack: string; json: boolean; break: boolean; force: boolean };

const ELSEWHERE = { host: "", isRunning: () => false };

async function breakLock(call: Parameters<typeof removeLock>[0], lock: DeployLock, force: boolean) {
  if (verdictOn(lock, ELSEWHERE) !== "stale" && !force) {
    throw new OperatorError(
      `The lock is alive: ${describeLock(lock)}. End that run where it runs, or wait: it counts as stale ${STALE_MS / 1000} s after it was last heard. With --force it is broken all the same, and that run is interrupted.`,
    );
  }
  await removeLock(call, lock.id);
}

function tell(stack: string, lock: DeployLock | undefined, broken: boolean): string {
  if (!lock) return `Nobody changes stack ${stack}: it has no deploy lock.`;
  if (broken) return `Broken: the lock of ${describeLock(lock)}.`;
  const stale = verdictOn(lock, ELSEWHERE) === "stale";
  const advice = stale ? `\nNobody renews it: npx slipway lock --stack ${stack} --break gives it up.` : "";
  return `Stack ${stack} is locked by ${describeLock(lock)}.${advice}`;
}

/** Shows who holds a stack's deploy lock, or breaks one that nobody renews. Returns the exit code. */
export async function lock(root: string, flags: LockFlags): Promise<number> {
  const target = await lockTarget(root, flags.stack, process.env);
  if (!target) throw new OperatorError(`Stack ${flags.stack} has no engine yet, so nothing can be locked.`);
  const call = engineAt(target.host, sshEnvironment(root, flags.stack));
  const found = await readLock(call, target.namePrefix);
  const broken = flags.break && found !== undefined;
  if (broken) await breakLock(call, found, flags.force);
  const shown = found
    ? { ...found.holder, startedAt: found.startedAt.toISOString(), silentSeconds: found.silentMs / 1000 }
    : null;
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ stack: flags.stack, lock: shown, broken })}\n`
      : `${tell(flags.stack, found, broken)}\n`,
  );
  return 0;
}
