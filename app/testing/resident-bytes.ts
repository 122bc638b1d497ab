import { execFileSync } from "node:child_process";

/** Memory that a process holds now, shared pages included. */
export function residentBytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1_024;
}
