import { EventEmitter } from "node:events";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { LogEvent } from "./api-messages.ts";
import type { Datasets } from "./datasets.ts";
import type { Faults } from "./faults.ts";
import type { KernelRunner } from "./kernel-runner.ts";
import type { SessionRecord, StateStore } from "./state.ts";

export interface SessionsOptions {
  store: StateStore;
  datasets: Datasets;
  faults: Faults;
  runner: KernelRunner;
  /** How long a session waits before it runs. */
  queuedMs: number;
}

const UNDER_WAY = ["queued", "running", "cancelRequested"];

/** Takes sessions from queued over running to their end. Emits `log:<id>` and `end:<id>`. */
export class Sessions extends EventEmitter {
  readonly #options: SessionsOptions;
  readonly #running = new Map<number, { abort: AbortController; done: Promise<void> }>();
  #stopping = false;

  constructor(options: SessionsOptions) {
    super();
    this.setMaxListeners(0);
    this.#options = options;
  }

  start(owner: string, session: SessionRecord): void {
    const abort = new AbortController();
    const done = this.#run(owner, session, abort.signal).finally(() =>
      this.#running.delete(session.sessionId),
    );
    this.#running.set(session.sessionId, { abort, done });
  }

  cancel(session: SessionRecord): void {
    if (!isUnderWay(session)) return;
    this.#end(session, "cancelAcknowledged");
    this.#running.get(session.sessionId)?.abort.abort();
  }

  /** Ends the processes; their sessions stay under way in the state and run again after a restart. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #run(owner: string, session: SessionRecord, signal: AbortSignal): Promise<void> {
    await waitMs(this.#options.queuedMs, signal);
    if (signal.aborted) return;
    this.#begin(session);
    const fault = this.#options.faults.take("Run", false);
    const failure =
      fault?.kind === "fail" ? fault.message : await this.#execute(owner, session, signal).catch(String);
    if (this.#stopping || !isUnderWay(session)) return;
    if (failure !== undefined) session.failureMessage = failure;
    this.#end(session, failure === undefined ? "complete" : "error");
  }

  async #execute(owner: string, session: SessionRecord, signal: AbortSignal): Promise<string | undefined> {
    const startedAt = performance.now();
    const log = (stream_name: LogEvent["stream_name"], data: string) => {
      const event = { stream_name, time: (performance.now() - startedAt) / 1000, data };
      session.log.push(event);
      this.emit(`log:${session.sessionId}`, event);
    };
    const { sessionId, source, timeoutSeconds, enableInternet } = session;
    const directory = this.#prepare(owner, session);
    return await this.#options.runner({
      sessionId,
      source,
      directory,
      timeoutSeconds,
      enableInternet,
      signal,
      log,
    });
  }

  #prepare(owner: string, session: SessionRecord): string {
    const { store, datasets } = this.#options;
    const directory = store.runDirectory(session.sessionId);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(join(directory, "working"), { recursive: true });
    for (const ref of session.datasetSources) {
      const target = join(directory, "input", ref.split("/")[1] ?? ref);
      mkdirSync(target, { recursive: true });
      for (const file of datasets.find(owner, ref)?.versions.at(-1)?.files ?? [])
        copyFileSync(store.blobPath(file.token), join(target, file.name));
    }
    return directory;
  }

  #begin(session: SessionRecord): void {
    session.status = "running";
    session.log = [];
    this.#options.store.save();
    this.emit(`start:${session.sessionId}`);
  }

  #end(session: SessionRecord, status: SessionRecord["status"]): void {
    session.status = status;
    this.#options.store.save();
    this.emit(`end:${session.sessionId}`);
  }
}

export function isUnderWay(session: SessionRecord): boolean {
  return UNDER_WAY.includes(session.status);
}

async function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
