/** One running step of a long piece of work, as its author reports it. */
export interface ProgressStep {
  /** Says what the step is doing now; replaces the previous note. One that only waits says so: "waiting for …". */
  note(text: string): void;
  /** Ends the step well. The text, when given, says what came of it. */
  done(text?: string): void;
  /** Ends the step badly. The text says what is wrong and what to do. */
  fail(text: string): void;
}

/** Where long work reports its steps. Steps may run side by side. */
export interface Progress {
  /** Starts a step. The name is a short noun phrase: "Pulumi CLI 3.253.0". */
  step(name: string): ProgressStep;
  /** One line of plain text for the person who watches, above the steps. */
  say(text: string): void;
}

/** Reports nothing, for callers that show their own result. */
export const silentProgress: Progress = {
  step: () => ({ note: () => {}, done: () => {}, fail: () => {} }),
  say: () => {},
};

/** Elapsed time as a person reads it: "0.4 s", "12 s", "2 min 05 s". */
export function formatElapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
