import type { ExecutorContext } from "../../core/executor.ts";
import type { LogEntry } from "./log-entries.ts";
import { epochOf, faultOf } from "./script-lines.ts";

/**
 * Passes a kernel's log on, each entry once: Kaggle tells it from the start at each reading, so entries are counted.
 * Watches it for the training's progress and for what the script says went wrong.
 */
export class KernelLog {
  /** Entries passed on, this run and before. */
  entries: number;
  /** What the script blamed on the job itself. */
  fault: string | undefined;
  readonly #context: ExecutorContext;

  constructor(context: ExecutorContext, entries: number) {
    this.#context = context;
    this.entries = entries;
  }

  /** Takes the entry at this place of the log. */
  take(index: number, entry: LogEntry): void {
    const lines = (entry.data ?? "").split("\n").filter((line) => line.trim() !== "");
    for (const line of lines) this.fault = faultOf(line) ?? this.fault;
    if (index < this.entries) return;
    this.entries = index + 1;
    for (const line of lines) this.#pass(line, entry.stream_name === "stderr");
  }

  #pass(line: string, isError: boolean): void {
    this.#context.log(isError ? "warn" : "info", line);
    const epoch = epochOf(line);
    if (epoch) this.#context.progress(epoch.done / epoch.total);
  }
}
