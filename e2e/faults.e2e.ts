import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readLocalStack } from "../cli/local-stack.ts";
import { dockerInfo, isFault } from "../toolchain/docker-info.ts";
import { toolchainPaths } from "../toolchain/paths.ts";
import { ensureSwarm } from "../toolchain/swarm.ts";
import {
  type Checkout,
  freshCheckout,
  type Interruption,
  type Outcome,
  type RunOptions,
} from "./checkout.ts";
import { objectsOf } from "./engine.ts";
import { setSetting } from "./set-setting.ts";

let checkout: Checkout;
let settings: string;
let prefix: string;

/** Where we are not root, a namespace in which we are one may mount. */
const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];

const settingsFile = () => join(checkout.root, "Pulumi.local.yaml");
const up = (options?: RunOptions) => checkout.run("npm", ["run", "up"], options);

const set = (path: string[], value: unknown) => setSetting(checkout.root, path, value);

/** What a person needs of a failure: it is one, it says what to do, and it is no stack trace. */
function expectPlainError({ exitCode, all }: Outcome, message: RegExp): void {
  expect(exitCode, all).toBeGreaterThan(0);
  expect(all).toMatch(message);
  expect(all).not.toMatch(/^\s+at .+:\d+:\d+/m);
}

async function expectHealthy(): Promise<void> {
  const outcome = await up();
  expect(outcome.exitCode, outcome.all).toBe(0);
  const { stdout: url } = await checkout.run("npx", ["pulumi", "stack", "output", "url", "--stack", "local"]);
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
}

beforeAll(async () => {
  checkout = await freshCheckout({ installed: true });
  await expectHealthy();
  settings = readFileSync(settingsFile(), "utf8");
  ({ namePrefix: prefix } = await readLocalStack(checkout.root));
});

afterEach(() => writeFileSync(settingsFile(), settings));

afterAll(async () => {
  const { exitCode, all } = await checkout.run("npm", ["run", "down", "--", "--purge"]);
  if (exitCode !== 0) throw new Error(all);
  checkout.remove();
});

describe("a fault is told plainly, nothing is lost, and the next up works", () => {
  test("unknown settings and wrong types are all named at once", async () => {
    set(["slipway:postgres", "memoryMB"], 512);
    set(["slipway:edge", "cpus"], "many");
    const outcome = await up();
    expectPlainError(outcome, /Pulumi\.local\.yaml:.*postgres\/memoryMB/);
    expect(outcome.all).toMatch(/Pulumi\.local\.yaml:.*edge\/cpus/);
  });

  test("a taken port is named with its setting", async () => {
    const listener = createServer().listen(0);
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    set(["slipway:edge", "httpPort"], port);
    const outcome = await up();
    listener.close();
    expectPlainError(outcome, new RegExp(`edge/httpPort: port ${port} is taken`));
  });

  test("a run on the same stack by somebody else is named, and left alone", async () => {
    const directory = join(checkout.root, ".slipway/state/.pulumi/locks/organization/slipway/local");
    mkdirSync(directory, { recursive: true });
    const lock = {
      pid: process.pid,
      username: "somebody",
      hostname: hostname(),
      timestamp: "2026-11-24T09:00:00Z",
    };
    writeFileSync(join(directory, "lock.json"), JSON.stringify(lock));
    const outcome = await up();
    rmSync(directory, { recursive: true });
    expectPlainError(outcome, new RegExp(`process ${process.pid} of somebody .* npx pulumi cancel`));
  });

  test("an engine that does not answer is named with its address", async () => {
    const outcome = await up({ env: { DOCKER_HOST: "unix:///tmp/no-engine-here.sock" } });
    expectPlainError(outcome, /no-engine-here\.sock/);
  });

  test("a wrong passphrase is told before anything is touched", async () => {
    const file = join(checkout.root, "another-passphrase");
    writeFileSync(file, "another");
    const outcome = await up({ env: { PULUMI_CONFIG_PASSPHRASE_FILE: file } });
    expectPlainError(outcome, /passphrase/i);
  });

  test("a disk that is nearly full stops it before anything is begun", async () => {
    // A small disk of its own under what the checkout writes, for this one command.
    const small = "mount -t tmpfs -o size=64m none .slipway && exec npm run up";
    const outcome = await checkout.run("unshare", [...asRoot, "--mount", "sh", "-c", small]);
    expectPlainError(
      outcome,
      /The disk is nearly full: 0\.1 GB are free at .*\.slipway.*docker image prune/s,
    );
  });

  test("a stopped registry is named, and starting it as told is all there is to do", async () => {
    await execa("docker", ["stop", `${prefix}-registry`]);
    const outcome = await up();
    expectPlainError(outcome, /The stack's registry does not run \(exited\): "docker start \S+-registry"/);
    const [, remedy = ""] = /"(docker start \S+)"/.exec(outcome.all) ?? [];
    expect((await checkout.shell(remedy)).exitCode).toBe(0);
    await expectHealthy();
  });

  test("a registry that is gone is made again", async () => {
    await execa("docker", ["rm", "--force", `${prefix}-registry`]);
    await expectHealthy();
    const state = ["inspect", "--format", "{{.State.Status}}", `${prefix}-registry`];
    expect((await execa("docker", state)).stdout).toBe("running");
  });
});

describe("an up from nothing that is cut off, again and again,", () => {
  beforeAll(async () => {
    const names = await execa("docker", [
      "config",
      "ls",
      "--filter",
      `name=${prefix}-ca-`,
      "--format",
      "{{.Name}}",
    ]);
    const { exitCode, all } = await checkout.run("npm", ["run", "down"]);
    expect(exitCode, all).toBe(0);
    // Where the checkout had made the swarm, it has left it; a run that was killed would not have.
    const info = await dockerInfo();
    if (isFault(info)) throw new Error(info.text);
    await ensureSwarm(toolchainPaths(checkout.root), info);
    // As an engine leaves them that was still making them when a killed run had been cleaned up: no state knows them.
    const label = ["--label", `slipway.stack=${prefix}`];
    await execa("docker", ["network", "create", "--driver", "overlay", ...label, `${prefix}-backend-net`]);
    await execa("docker", ["config", "create", ...label, names.stdout, "-"], { input: "half made" });
  });

  test.each<Interruption>([
    { by: "SIGKILL", at: /… local stack/ },
    { by: "SIGKILL", at: /Network frontend-net creating/ },
    { by: "Ctrl-C", at: /postgres +creating/ },
    // Something must be left to do: an up that is told to stop when all is under way ends well.
    { by: "SIGTERM", at: /Command migration creating/ },
    { by: "SIGKILL", at: /Service backend creating/ },
  ])("by $by at $at goes on where it was", async (interruption) => {
    const { exitCode, all } = await up({ interruption });
    expect(all).toMatch(interruption.at);
    expect(exitCode, all).not.toBe(0);
    if (interruption.by !== "SIGKILL") expect(all).toContain("Interrupted. What is done is kept");
  });

  test("then works, also when two are started at once: one waits for the other", async () => {
    const both = await Promise.all([up(), up()]);
    for (const { exitCode, all } of both) expect(exitCode, all).toBe(0);
    // The first may wait too: a moment, for the lock of the run that was killed just before.
    const waited = both.filter(({ all }) => all.includes("Waiting for the deploy lock"));
    expect(waited.length).toBeGreaterThanOrEqual(1);
    await expectHealthy();
  });

  test("leaves nothing twice", async () => {
    const { service = [] } = await objectsOf(prefix);
    expect(service).toHaveLength(7);
    // What a kill could tear, and nobody could read then.
    expect(globSync(".slipway/state/.pulumi/**/*.attrs", { cwd: checkout.root })).toEqual([]);
  });
});
