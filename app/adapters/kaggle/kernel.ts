import { TransientJobError } from "../../core/executor.ts";
import { KaggleError } from "./kaggle-error.ts";
import { isSlotRefusal, refusalError } from "./quota.ts";
import { waitBeforeRetry } from "./retry.ts";
import { type Access, callAgain, type RunContext } from "./run-context.ts";
import { waitMs } from "./wait.ts";

const SERVICE = "kernels.KernelsApiService";

/** A session's state, or `absent` when there is no such kernel, or `new` when it never ran. */
export type KernelState = "absent" | "new" | "queued" | "running" | "complete" | "error" | "canceled";

export interface KernelStatus {
  readonly state: KernelState;
  readonly failureMessage?: string;
}

type OwnerAccess = Access & Pick<RunContext, "owner">;

/** What a push needs. */
export interface KernelPush {
  readonly slug: string;
  readonly title: string;
  readonly source: string;
  readonly dataset: string;
  readonly machineShape: string | undefined;
}

/** The state of the kernel's last session. */
export async function kernelStatus(run: OwnerAccess, slug: string): Promise<KernelStatus> {
  try {
    const body = { userName: run.owner, kernelSlug: slug };
    const answer = await callAgain<StatusAnswer>(run, `${SERVICE}/GetKernelSessionStatus`, body);
    const state = STATES[(answer.status ?? "queued").replaceAll("_", "").toLowerCase()] ?? "running";
    return answer.failureMessage ? { state, failureMessage: answer.failureMessage } : { state };
  } catch (error) {
    if (error instanceof KaggleError && error.absent) return { state: "absent" };
    throw error;
  }
}

/** Answers "no such kernel" in a row that are believed: Kaggle may lose sight of one for a moment. */
export const ABSENT_ANSWERS = 3;

/** As {@link kernelStatus}, and `absent` only where Kaggle keeps saying so. */
export async function sureStatus(run: OwnerAccess, slug: string): Promise<KernelStatus> {
  for (let answers = 1; ; answers += 1) {
    const status = await kernelStatus(run, slug);
    if (status.state !== "absent" || answers === ABSENT_ANSWERS) return status;
    await waitMs(run.timings.pollMs, run.signal);
  }
}

/**
 * Pushes the kernel unless it is there already; returns its slug.
 * A push whose answer is lost is never repeated blindly: the kernel is looked for first.
 */
export async function pushKernel(run: RunContext, push: KernelPush): Promise<string> {
  const deadline = Date.now() + run.timings.slotWaitMaxMs;
  for (let tries = 1; ; ) {
    const { state } = await (tries > 1 ? sureStatus : kernelStatus)(run, push.slug);
    if (state !== "absent" && state !== "new") return push.slug;
    try {
      const slug = await save(run, push);
      if (slug) return slug;
      if (Date.now() > deadline) throw new TransientJobError("Kaggle had no free session for too long.");
      await waitMs(run.timings.slotPollMs, run.signal);
    } catch (error) {
      await waitBeforeRetry(run, error, tries++);
    }
  }
}

/** Pushes once. Undefined: all parallel sessions are taken. */
async function save(run: RunContext, push: KernelPush): Promise<string | undefined> {
  const { signal, timings } = run;
  const answer = await run.client.call<SaveAnswer>(`${SERVICE}/SaveKernel`, saveRequest(run, push), {
    signal,
    timeoutMs: timings.pushTimeoutMs,
  });
  if (answer.error && isSlotRefusal(answer.error)) {
    run.context.log("info", `Kaggle: waiting for a free session (${answer.error})`);
    return undefined;
  }
  if (answer.error) throw await refusalError(run, answer.error);
  run.context.log("info", `Kaggle: pushed ${answer.url ?? push.slug}`);
  if (answer.invalidDatasetSources?.length)
    throw new TransientJobError(
      `Kaggle does not let the kernel read ${answer.invalidDatasetSources.join(", ")}.`,
    );
  return answer.ref?.split("/").at(-1) || push.slug;
}

/** Private, no accelerator unless set, no internet; nothing in it tells who asked for the job. */
function saveRequest(run: RunContext, push: KernelPush): object {
  return {
    slug: `${run.owner}/${push.slug}`,
    newTitle: push.title,
    text: push.source,
    language: "python",
    kernelType: "script",
    isPrivate: true,
    enableGpu: false,
    enableTpu: false,
    enableInternet: false,
    datasetDataSources: [push.dataset],
    sessionTimeoutSeconds: run.timings.sessionSecondsMax,
    ...(push.machineShape === undefined ? {} : { machineShape: push.machineShape }),
  };
}

/**
 * Stops a kernel nobody waits for any more, as well as that can be done: the id that CancelKernelSession wants is
 * not told by any public answer (kaggle-cli#1170), and deleting the kernel ends its session. One that is gone is no
 * fault, as the answer to the first try may be lost; one that is there after a refusal is.
 */
export async function deleteKernel(run: OwnerAccess, slug: string): Promise<void> {
  try {
    await callAgain(run, `${SERVICE}/DeleteKernel`, { userName: run.owner, kernelSlug: slug });
  } catch (error) {
    const isGone = error instanceof KaggleError && error.absent;
    if (!isGone || (await sureStatus(run, slug)).state !== "absent") throw error;
  }
}

const STATES: Readonly<Record<string, KernelState>> = {
  queued: "queued",
  running: "running",
  cancelrequested: "running",
  complete: "complete",
  error: "error",
  cancelacknowledged: "canceled",
  newscript: "new",
};

interface StatusAnswer {
  readonly status?: string | null;
  readonly failureMessage?: string | null;
}

interface SaveAnswer {
  readonly ref?: string | null;
  readonly url?: string | null;
  readonly error?: string | null;
  readonly invalidDatasetSources?: readonly string[] | null;
}
