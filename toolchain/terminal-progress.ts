import { formatElapsed, type Progress, type ProgressStep } from "./progress.ts";

/** The part of a terminal's stream that progress needs. */
export interface ProgressStream {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface RunningStep {
  name: string;
  note: string;
  startedAtMs: number;
}

const REDRAW_MS = 200;
/** On a plain stream work that goes on says so this often, so that no CI job looks stuck. */
const PLAIN_REMINDER_MS = 30_000;

/**
 * Shows steps and their elapsed time on a terminal: the running ones redrawn in place, the ended ones left
 * above them. Without a terminal: one plain line for each start and end, and every half minute one for all that runs.
 */
export function terminalProgress(stream: ProgressStream = process.stderr, now = Date.now): Progress {
  return stream.isTTY ? liveProgress(stream, now) : plainProgress(stream, now);
}

function plainProgress(stream: ProgressStream, now: () => number): Progress {
  const running = new Set<RunningStep>();
  let reminder: NodeJS.Timeout | undefined;
  const end = (step: RunningStep, line: string) => {
    if (!running.delete(step)) return;
    stream.write(line);
    if (running.size > 0) return;
    clearInterval(reminder);
    reminder = undefined;
  };
  return {
    say: (text) => void stream.write(`${text}\n`),
    step(name) {
      const step: RunningStep = { name, note: "", startedAtMs: now() };
      const elapsed = () => formatElapsed(now() - step.startedAtMs);
      running.add(step);
      stream.write(`… ${name}\n`);
      reminder ??= setInterval(() => stream.write(`… ${reminderLine(running, now())}\n`), PLAIN_REMINDER_MS);
      reminder.unref();
      return {
        note(text) {
          step.note = text;
        },
        done: (text) => end(step, `✓ ${endedLine(name, elapsed(), text)}\n`),
        fail: (text) => end(step, `✗ ${endedLine(name, elapsed(), text)}\n`),
      };
    },
  };
}

/** All that runs, in one line: what works with what it does, what waits by its number alone. */
function reminderLine(running: ReadonlySet<RunningStep>, nowMs: number): string {
  const steps = [...running];
  const working = steps.filter(({ note }) => !note.startsWith("waiting"));
  const shown = working.map(({ name, note }) => `${name}${note ? `: ${note}` : ""}`);
  const waiting = steps.length - working.length;
  const longestMs = Math.max(...steps.map(({ startedAtMs }) => nowMs - startedAtMs));
  const all = [...shown, ...(waiting > 0 ? [`${waiting} more wait for these`] : [])];
  return `${formatElapsed(longestMs)}: ${all.join(" · ")}`.replace(/\s+/g, " ");
}

function liveProgress(stream: ProgressStream, now: () => number): Progress {
  const running = new Set<RunningStep>();
  let drawnLines = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = (ended = "") => {
    const erase = drawnLines > 0 ? `\x1b[${drawnLines}A\x1b[J` : "";
    const width = (stream.columns ?? 80) - 3;
    const lines = [...running].map((step) => `· ${runningLine(step, now()).slice(0, width)}\n`);
    drawnLines = lines.length;
    stream.write(erase + ended + lines.join(""));
  };
  const end = (step: RunningStep, line: string) => {
    if (!running.delete(step)) return;
    draw(line);
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    say: (text) => draw(`${text}\n`),
    step(name): ProgressStep {
      const step: RunningStep = { name, note: "", startedAtMs: now() };
      const elapsed = () => formatElapsed(now() - step.startedAtMs);
      running.add(step);
      timer ??= setInterval(() => draw(), REDRAW_MS).unref();
      draw();
      return {
        note(text) {
          step.note = text;
        },
        done: (text) => end(step, `\x1b[32m✓\x1b[0m ${endedLine(name, elapsed(), text)}\n`),
        fail: (text) => end(step, `\x1b[31m✗\x1b[0m ${endedLine(name, elapsed(), text)}\n`),
      };
    },
  };
}

function runningLine(step: RunningStep, nowMs: number): string {
  const note = step.note ? `: ${step.note}` : "";
  return `${step.name} (${formatElapsed(nowMs - step.startedAtMs)})${note}`.replace(/\s+/g, " ");
}

function endedLine(name: string, elapsed: string, text?: string): string {
  return `${name} (${elapsed})${text ? `: ${text}` : ""}`;
}
