import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "./docker-client.ts";

const LOOK_MS = 250;
const LOOKS_MAX = 6;

/** Lines of both streams, one after the other, in the order in which they were written; without their times. */
function inOrder(stamped: string): string {
  const lines = stamped
    .split(/(?<=\n)/)
    .map((line) => /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/s.exec(line) ?? ["", "", line]);
  return lines
    .sort(([, a = ""], [, b = ""]) => (a < b ? -1 : Number(a > b)))
    .map(([, , text]) => text)
    .join("");
}

async function readLines(target: string, count: number, run: Docker): Promise<string> {
  try {
    return inOrder(await run(["service", "logs", "--raw", "--timestamps", "--tail", `${count}`, target]));
  } catch (error) {
    return `(its log cannot be read: ${(error as Error).message.trim()})`;
  }
}

/**
 * The last lines that a service, or one task of it, has written; empty where it wrote nothing. The engine tells that a
 * container has ended before it has told its last words: they are there when two looks see the same.
 */
export async function lastLines(target: string, count: number, run: Docker): Promise<string> {
  let lines = await readLines(target, count, run);
  for (let looks = 1; looks < LOOKS_MAX; looks += 1) {
    await sleep(LOOK_MS);
    const before = lines;
    lines = await readLines(target, count, run);
    if (lines === before && lines !== "") break;
  }
  return lines;
}
