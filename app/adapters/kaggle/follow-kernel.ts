import { followLog } from "./follow-log.ts";
import { ABSENT_ANSWERS, type KernelState, type KernelStatus, kernelStatus } from "./kernel.ts";
import type { KernelLog } from "./kernel-log.ts";
import type { RunContext } from "./run-context.ts";
import { waitMs } from "./wait.ts";

/** Later news never goes back: a state with a lower place than the last one is stale. */
const ORDER: readonly KernelState[] = ["absent", "new", "queued", "running"];

/** How often the place in the log is saved while the session runs. */
const SAVE_EVERY_MS = 15_000;

/** Follows a session to its end: status by polling, log live. `save` keeps the place for the next worker. */
export async function followKernel(
  run: RunContext,
  slug: string,
  log: KernelLog,
  save: () => Promise<void>,
): Promise<KernelStatus> {
  const over = new AbortController();
  let reading: Promise<void> | undefined;
  try {
    return await pollStatus(run, slug, save, () => {
      reading ??= followLog(run, slug, log, AbortSignal.any([run.signal, over.signal]));
    });
  } finally {
    over.abort();
    await reading;
  }
}

async function pollStatus(run: RunContext, slug: string, save: () => Promise<void>, onRunning: () => void) {
  const { pollMs, pollMaxMs } = run.timings;
  let last: KernelState = "absent";
  let absent = 0;
  let savedAt = Date.now();
  for (let delayMs = pollMs; ; delayMs = Math.min(pollMaxMs, delayMs * 1.3)) {
    const status = await kernelStatus(run, slug);
    absent = status.state === "absent" ? absent + 1 : 0;
    if (absent >= ABSENT_ANSWERS || !ORDER.includes(status.state)) return status;
    if (ORDER.indexOf(status.state) > ORDER.indexOf(last)) {
      last = status.state;
      run.context.log("info", `Kaggle: the kernel is ${last}`);
    }
    if (last === "running") onRunning();
    if (Date.now() - savedAt > SAVE_EVERY_MS) {
      savedAt = Date.now();
      await save();
    }
    await waitMs(delayMs, run.signal);
  }
}
