import type { LogEvent } from "./api-messages.ts";

/** One session about to run. The layout is Kaggle's: `input/<dataset slug>/<file>` beside `working`. */
export interface KernelRun {
  sessionId: number;
  /** The pushed source. */
  source: string;
  /** Directory that holds `input` and `working`, made and filled. */
  directory: string;
  timeoutSeconds: number;
  enableInternet: boolean;
  /** Aborts when the session is canceled or the emulator stops. */
  signal: AbortSignal;
  log(stream: LogEvent["stream_name"], data: string): void;
}

/** Runs a session to its end; resolves with why it failed, or nothing when it worked. */
export type KernelRunner = (run: KernelRun) => Promise<string | undefined>;
