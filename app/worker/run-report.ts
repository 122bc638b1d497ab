import type { Claim, LogLine, Queue } from "../adapters/postgres/queue.ts";
import type { LogLevel } from "../core/executor.ts";

const MESSAGE_MAX = 2_000;
/** Lines of one run; a talkative job may not fill the database. */
const LINES_MAX = 20_000;
const FLUSH_MS = 150;

/**
 * Gathers a run's log and progress and writes them together a few times a second. A failed write is tried again
 * with the next one; nothing is written once the lease is lost.
 */
export class RunReport {
  readonly #queue: Pick<Queue, "report">;
  readonly #claim: Claim;
  readonly #onLost: () => void;
  #lines: LogLine[] = [];
  #count = 0;
  #progress = 0;
  #changed = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #lost = false;

  constructor(queue: Pick<Queue, "report">, claim: Claim, onLost: () => void) {
    this.#queue = queue;
    this.#claim = claim;
    this.#onLost = onLost;
  }

  log(level: LogLevel, message: string): void {
    this.#count += 1;
    if (this.#count > LINES_MAX) return;
    const text = this.#count === LINES_MAX ? "The log is full; later lines are dropped." : message;
    this.#lines.push({ time: new Date().toISOString(), level, message: clean(text) });
    this.#touch();
  }

  progress(fraction: number): void {
    const progress = Math.min(1, Math.max(0, fraction));
    if (!(progress > this.#progress)) return;
    this.#progress = progress;
    this.#touch();
  }

  /** Has what is gathered written together with the run's end; gathers it again when that fails. */
  async end<Result>(write: (lines: readonly LogLine[]) => Promise<Result>): Promise<Result> {
    this.#rest();
    await this.#writing;
    this.#rest();
    const lines = this.#lines;
    this.#lines = [];
    try {
      return await write(lines);
    } catch (error) {
      this.#lines = [...lines, ...this.#lines];
      throw error;
    }
  }

  /** Writes what is gathered; call it before the run's end is stored. */
  async flush(): Promise<void> {
    this.#rest();
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #touch(): void {
    this.#changed = true;
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  async #write(): Promise<void> {
    if (!this.#changed || this.#lost) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#changed = false;
    try {
      if (await this.#queue.report(this.#claim, lines, this.#progress)) return;
      this.#lost = true;
      this.#onLost();
    } catch {
      this.#lines = [...lines, ...this.#lines];
      this.#touch();
    }
  }
}

/** Postgres stores no NUL. */
function clean(message: string): string {
  const text = message.replaceAll("\u0000", "\uFFFD");
  return text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX - 1)}…` : text;
}
