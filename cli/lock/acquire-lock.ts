import { setTimeout as sleep } from "node:timers/promises";
import type { CallEngine } from "../../infra/swarm/engine-call.ts";
import { OperatorError } from "../operator-error.ts";
import { createLock, type Holder, readLock, removeLock } from "./deploy-lock.ts";
import { type Asker, describeLock, explainStale, verdictOn } from "./describe-lock.ts";

export type AcquireArgs = {
  call: CallEngine;
  stack: string;
  namePrefix: string;
  holder: Holder;
  isRunning: Asker["isRunning"];
  /** Tells a person something; called once for each holder that is waited for. */
  say(line: string): void;
  pause?: () => Promise<void>;
};

const POLL_MS = 1_000;

/**
 * Takes a stack's deploy lock, and returns its id. Waits for a holder that lives, takes over from a killed run of this
 * host, and throws an OperatorError that says what to do for one that only people can judge.
 */
export async function acquireLock(args: AcquireArgs): Promise<string> {
  const { call, namePrefix, holder, stack, say, pause = () => sleep(POLL_MS) } = args;
  const asker: Asker = { host: holder.host, isRunning: args.isRunning };
  let waitedFor: string | undefined;
  for (;;) {
    const taken = await createLock(call, namePrefix, holder);
    if (taken) return taken;
    const lock = await readLock(call, namePrefix);
    // Given back between the two questions.
    if (!lock) continue;
    const verdict = verdictOn(lock, asker);
    if (verdict === "stale") throw new OperatorError(explainStale(stack, lock));
    if (verdict === "take over") {
      say(`Taking over the deploy lock of a killed run: ${describeLock(lock)}`);
      await removeLock(call, lock.id);
      continue;
    }
    if (waitedFor !== lock.id) say(`Waiting for the deploy lock of stack ${stack}: ${describeLock(lock)}`);
    waitedFor = lock.id;
    await pause();
  }
}
