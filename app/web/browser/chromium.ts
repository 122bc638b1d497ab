import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Debian's Chromium, installed first on a machine of ours that has none. */
export function startChromium(): Promise<Browser> {
  ensureInstalled();
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

function ensureInstalled(): void {
  if (existsSync(EXECUTABLE)) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`Chromium is needed at ${EXECUTABLE}: install the package chromium.`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync("apt-get", ["update", "-q"], { env, stdio: "pipe" });
  execFileSync("apt-get", ["install", "-qy", "--no-install-recommends", "chromium"], { env, stdio: "pipe" });
}
