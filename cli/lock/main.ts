// Keeps one deploy lock for as long as a process works under it. A process of its own, since the real Pulumi CLI takes
// the place of the launcher that took the lock. Usage: main.ts ROOT HOST LOCK_ID
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineAt } from "../../infra/swarm/engine-call.ts";
import { beat, type HeldLock, readHeld, removeLock, takeAgain } from "./deploy-lock.ts";
import { BEAT_MS } from "./describe-lock.ts";
import { forgetHolders, runningHolders } from "./lock-holders.ts";

const [root = "", host = "", id = ""] = process.argv.slice(2);
const LOOK_MS = 200;
const GIVE_BACK_TRIES = 5;
const call = engineAt(host);

function note(line: string): void {
  // A checkout that somebody has removed meanwhile stays removed.
  if (!existsSync(join(root, ".slipway"))) return;
  mkdirSync(join(root, ".slipway/logs"), { recursive: true });
  appendFileSync(join(root, ".slipway/logs/deploy-lock.log"), `${new Date().toISOString()} ${line}\n`);
}

let held: HeldLock | undefined;

/**
 * False where the lock is gone. An engine that does not answer for a while is no reason to give the lock up, and one on
 * a machine that the run has made anew gets it again.
 */
async function renew(): Promise<boolean> {
  try {
    held ??= await readHeld(call, id);
    if (!held || (await beat(call, held.id))) return held !== undefined;
    held = await takeAgain(call, held);
    return held !== undefined;
  } catch (error) {
    note((error as Error).message);
    return true;
  }
}

/** A run whose lock was broken stops at its next step, so that two never change one stack. */
function stopHolders(): void {
  note(`lock ${id} was broken: the run is interrupted`);
  for (const pid of runningHolders(root, id)) process.kill(pid, "SIGINT");
}

async function giveBack(): Promise<void> {
  for (let tries = 1; tries <= GIVE_BACK_TRIES; tries += 1) {
    try {
      return await removeLock(call, held?.id ?? id);
    } catch (error) {
      note((error as Error).message);
      await sleep(tries * 1_000);
    }
  }
}

// An interrupt of the terminal is for the run; the lock goes when the run has ended.
process.on("SIGINT", () => {}).on("SIGHUP", () => {});
let beatenAt = performance.now();
let isHeld = true;
while (isHeld && runningHolders(root, id).length > 0) {
  await sleep(LOOK_MS);
  if (performance.now() - beatenAt < BEAT_MS) continue;
  beatenAt = performance.now();
  isHeld = await renew();
}
if (isHeld) await giveBack();
else stopHolders();
forgetHolders(root, id);
