import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { REASONS, type Reason } from "./backup-error.ts";
import type { Figures } from "./metrics.ts";

/** What the program answered, as JSON. */
export type Answer = Record<string, unknown> & { failed?: Reason };

/** Runs the program as a process of its own, so that what it needs is free again when it is done. */
export async function runItself(...args: string[]): Promise<Answer> {
  const [, program] = process.argv;
  const child = spawn(process.execPath, [program ?? "", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = (await text(child.stdout)).trim().split("\n");
  try {
    return JSON.parse(lines.at(-1) ?? "") as Answer;
  } catch {
    // It was killed, as by the memory limit.
    return { failed: "unforeseen" };
  }
}

/** Counts a run that failed. */
export function countFailure(figures: Figures, failed: Reason): void {
  const reason = REASONS.includes(failed) ? failed : "unforeseen";
  figures.failures[reason] = (figures.failures[reason] ?? 0) + 1;
}
