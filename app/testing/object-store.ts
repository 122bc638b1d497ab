import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { baseImage } from "./base-image.ts";
import { freePort } from "./free-port.ts";

const START_MAX_MS = 30_000;
const USER = "tests";
const PASSWORD = "tests-tests-tests";

export interface ObjectStoreServer {
  /** `host:port`, plain HTTP. */
  readonly endpoint: string;
  readonly user: string;
  readonly password: string;
  stop(): void;
  start(): Promise<void>;
  /** Stops and removes the data. */
  remove(): void;
}

/** A real object store: the stack's own base image in a container, data inside it. */
export async function startObjectStore(): Promise<ObjectStoreServer> {
  const port = await freePort();
  const name = `slipway-test-store-${process.pid}-${randomBytes(3).toString("hex")}`;
  const environment = ["-e", `MINIO_ROOT_USER=${USER}`, "-e", `MINIO_ROOT_PASSWORD=${PASSWORD}`];
  const limits = ["--memory", "512m", "--user", "0:0"];
  docker(
    [
      "run",
      "-d",
      "--name",
      name,
      "-p",
      `127.0.0.1:${port}:9000`,
      ...limits,
      ...environment,
      baseImage("minio"),
    ].concat(["server", "/data"]),
  );
  const endpoint = `127.0.0.1:${port}`;
  await untilLive(endpoint);
  return {
    endpoint,
    user: USER,
    password: PASSWORD,
    stop: () => docker(["kill", name]),
    async start() {
      docker(["start", name]);
      await untilLive(endpoint);
    },
    remove: () => docker(["rm", "-f", "-v", name]),
  };
}

function docker(args: readonly string[]): void {
  execFileSync("docker", args, { stdio: "pipe" });
}

async function untilLive(endpoint: string): Promise<void> {
  const deadline = Date.now() + START_MAX_MS;
  for (;;) {
    const answer = await fetch(`http://${endpoint}/minio/health/live`, {
      signal: AbortSignal.timeout(1_000),
    }).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`the object store at ${endpoint} does not answer`);
    await sleep(100);
  }
}
