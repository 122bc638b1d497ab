import {
  type Executor,
  type ExecutorContext,
  type ExecutorJob,
  PermanentJobError,
  type StopReason,
  type TrainedModel,
  TransientJobError,
} from "../../core/executor.ts";
import { type KaggleCheckpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { KaggleClient } from "./client.ts";
import { ensureDataset } from "./dataset.ts";
import { followKernel } from "./follow-kernel.ts";
import { toJobError } from "./kaggle-error.ts";
import { deleteKernel, type KernelStatus, pushKernel, sureStatus } from "./kernel.ts";
import { KernelLog } from "./kernel-log.ts";
import { stopLeftOverKernel } from "./left-over.ts";
import { kernelSlug, kernelTitle } from "./names.ts";
import { fetchModel, readOutput } from "./output.ts";
import { readOwner } from "./owner.ts";
import { quotaLine, readQuota } from "./quota.ts";
import type { RunContext } from "./run-context.ts";
import { KAGGLE_TIMINGS, type KaggleSettings, type KaggleTimings } from "./settings.ts";
import { renderTrainingScript } from "./training-script.ts";

/** Trains on Kaggle: dataset up, kernel pushed, followed, its output fetched. The kernel outlives this worker. */
export class KaggleExecutor implements Executor {
  readonly name = "kaggle";
  readonly #client: KaggleClient;
  readonly #timings: KaggleTimings;
  readonly #machineShape: string | undefined;

  constructor(settings: KaggleSettings) {
    this.#client = new KaggleClient(settings.apiUrl, settings.credentials);
    this.#timings = { ...KAGGLE_TIMINGS, ...settings.timings };
    this.#machineShape = settings.machineShape;
  }

  async run(job: ExecutorJob, context: ExecutorContext): Promise<TrainedModel> {
    const { signal } = context;
    const note = (message: string) => context.log("warn", message);
    const access = { client: this.#client, timings: this.#timings, signal, note };
    try {
      signal.throwIfAborted();
      context.log("info", quotaLine(await readQuota(access)));
      const owner = await readOwner(access);
      const run = { ...access, job, context, owner };
      return await new KaggleRun(run, this.#machineShape, await loadCheckpoint(context, owner)).run();
    } catch (error) {
      signal.throwIfAborted();
      throw toJobError(error, this.#client.credentials);
    }
  }

  async stopLeftOver(checkpoint: Buffer | undefined, signal: AbortSignal): Promise<string | undefined> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.#timings.stopTimeoutMs)]);
    const access = { client: this.#client, timings: this.#timings, signal: limit, note: () => {} };
    return stopLeftOverKernel(access, checkpoint);
  }
}

/** One run of one job: from its checkpoint to its model. */
class KaggleRun {
  readonly #run: RunContext;
  readonly #machineShape: string | undefined;
  readonly #log: KernelLog;
  #checkpoint: KaggleCheckpoint;

  constructor(run: RunContext, machineShape: string | undefined, checkpoint: KaggleCheckpoint) {
    this.#run = run;
    this.#machineShape = machineShape;
    this.#checkpoint = checkpoint;
    this.#log = new KernelLog(run.context, checkpoint.logEntries);
  }

  async run(): Promise<TrainedModel> {
    try {
      const slug = await this.#kernel();
      const end = await followKernel(this.#run, slug, this.#log, () => this.#save());
      const links =
        end.state === "absent" ? new Map<string, string>() : await readOutput(this.#run, slug, this.#log);
      await this.#save();
      if (end.state !== "complete") throw await this.#failed(end);
      const { file, content, metrics } = await fetchModel(this.#run, links);
      return { name: file, contentType: "application/octet-stream", metrics, content };
    } catch (error) {
      if (this.#run.signal.aborted) await this.#stopped(this.#run.signal.reason as StopReason);
      throw error;
    }
  }

  /** The kernel of an earlier run when it is still there, otherwise this attempt's own. */
  async #kernel(): Promise<string> {
    const { kernel } = this.#checkpoint;
    if (kernel) {
      const { state } = await sureStatus(this.#run, kernel);
      if (state !== "absent" && state !== "new") {
        this.#run.context.log("info", `Kaggle: going on with kernel ${kernel}, which is ${state}`);
        return kernel;
      }
    }
    return await this.#push();
  }

  /** The name is saved before the push: whoever comes next knows where to look. */
  async #push(): Promise<string> {
    const { id, attempt } = this.#run.job;
    const dataset = await ensureDataset(this.#run);
    const slug = kernelSlug(id, attempt);
    await this.#saveKernel(slug);
    const source = renderTrainingScript(this.#run.job);
    const push = { slug, title: kernelTitle(id, attempt), source, dataset, machineShape: this.#machineShape };
    const pushed = await pushKernel(this.#run, push);
    if (pushed !== slug) await this.#saveKernel(pushed);
    return pushed;
  }

  async #saveKernel(kernel: string): Promise<void> {
    this.#log.entries = 0;
    this.#checkpoint = { ...this.#checkpoint, kernel, logEntries: 0 };
    await saveCheckpoint(this.#run.context, this.#checkpoint);
  }

  /** Saves the place in the log. Losing it would only tell some lines twice. */
  async #save(): Promise<void> {
    if (this.#checkpoint.logEntries === this.#log.entries) return;
    this.#checkpoint = { ...this.#checkpoint, logEntries: this.#log.entries };
    await saveCheckpoint(this.#run.context, this.#checkpoint).catch((error: unknown) =>
      this.#run.note(`The place in the kernel's log could not be saved: ${error}`),
    );
  }

  /** The job's error for a session that did not complete; a further attempt gets a kernel of its own. */
  async #failed({ state, failureMessage }: KernelStatus): Promise<Error> {
    const { kernel } = this.#checkpoint;
    const { version, owner } = this.#checkpoint;
    await saveCheckpoint(this.#run.context, { version, owner, logEntries: 0 });
    if (this.#log.fault) return new PermanentJobError(this.#log.fault);
    if (state === "canceled")
      return new PermanentJobError(`The kernel ${owner}/${kernel} was canceled on Kaggle.`);
    if (state === "absent")
      return new TransientJobError(`The kernel ${owner}/${kernel} is gone from Kaggle.`);
    return new TransientJobError(`The kernel failed on Kaggle: ${failureMessage ?? "no reason given"}`);
  }

  /** A kernel nobody waits for is stopped; one that another worker goes on with is left running. */
  async #stopped(reason: StopReason): Promise<void> {
    const { kernel } = this.#checkpoint;
    if (reason === "draining") return await this.#save();
    if (!kernel || reason === "lease-lost") return;
    const signal = AbortSignal.timeout(this.#run.timings.stopTimeoutMs);
    await deleteKernel({ ...this.#run, signal }, kernel).then(
      () => this.#run.context.log("info", `Kaggle: stopped kernel ${kernel}`),
      (error: unknown) => this.#run.note(`Kaggle: kernel ${kernel} could not be stopped: ${error}`),
    );
  }
}
