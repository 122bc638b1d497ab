import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { freePort } from "../../testing/free-port.ts";

const ROOT = new URL("../../../", import.meta.url);
const WEB = fileURLToPath(new URL("app/web", ROOT));
const START_MAX_MS = 20_000;

export interface Frontend {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  remove(): void;
}

/** Builds the page and serves it as the stack does: same nginx, same configuration, read-only, no root. */
export async function startFrontend(): Promise<Frontend> {
  await build({ root: WEB, configFile: `${WEB}/vite.config.ts`, logLevel: "warn" });
  const port = await freePort();
  const name = `slipway-test-frontend-${process.pid}-${randomBytes(3).toString("hex")}`;
  const hardening = [
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--user",
    "101",
    "--cap-drop",
    "ALL",
    "--memory",
    "64m",
  ];
  const mounts = [
    "-v",
    `${WEB}/nginx.conf:/etc/nginx/nginx.conf:ro`,
    "-v",
    `${WEB}/dist:/usr/share/nginx/html:ro`,
  ];
  const publish = ["-p", `127.0.0.1:${port}:8080`];
  const command = ["nginx", "-g", "daemon off;"];
  docker(["run", "-d", "--name", name, ...hardening, ...mounts, ...publish, nginxImage(), ...command]);
  const remove = () => docker(["rm", "-f", "-v", name]);
  const url = `http://127.0.0.1:${port}`;
  await untilLive(url).catch((error: unknown) => {
    remove();
    throw error;
  });
  return { url, remove };
}

/** The stack's own base image; `prepare:machine` makes it. */
function nginxImage(): string {
  const file = new URL(".slipway/base-images.json", ROOT);
  const images = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  if (!images.nginx) throw new Error("The base image nginx is missing: run npm run prepare:machine.");
  return images.nginx.reference;
}

function docker(args: readonly string[]): void {
  execFileSync("docker", args, { stdio: "pipe" });
}

async function untilLive(url: string): Promise<void> {
  const deadline = Date.now() + START_MAX_MS;
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`the frontend at ${url} does not answer`);
    await sleep(50);
  }
}
