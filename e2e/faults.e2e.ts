import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { readLocalStack } from "../cli/local-stack.ts";
import { type Checkout, freshCheckout, type Outcome, type RunOptions } from "./checkout.ts";
import { objectsOf } from "./engine.ts";

let checkout: Checkout;
let settings: string;
let prefix: string;

const settingsFile = () => join(checkout.root, "Pulumi.local.yaml");
const up = (options?: RunOptions) => checkout.run("npm", ["run", "up"], options);

function setSetting(path: string[], value: unknown): void {
  const document = parseDocument(readFileSync(settingsFile(), "utf8"));
  document.setIn(["config", ...path], value);
  writeFileSync(settingsFile(), document.toString({ lineWidth: 0 }));
}

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
  checkout = await freshCheckout();
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
    setSetting(["slipway:postgres", "memoryMB"], 512);
    setSetting(["slipway:edge", "cpus"], "many");
    const outcome = await up();
    expectPlainError(outcome, /Pulumi\.local\.yaml:.*postgres\/memoryMB/);
    expect(outcome.all).toMatch(/Pulumi\.local\.yaml:.*edge\/cpus/);
  });

  test("a taken port is named with its setting", async () => {
    const listener = createServer().listen(0);
    await once(listener, "listening");
    const { port } = listener.address() as { port: number };
    setSetting(["slipway:edge", "httpPort"], port);
    const outcome = await up();
    listener.close();
    expectPlainError(outcome, new RegExp(`edge/httpPort: port ${port} is taken`));
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

  test("a registry that is gone is made again", async () => {
    await execa("docker", ["rm", "--force", `${prefix}-registry`]);
    await expectHealthy();
  });

  test.each([2, 6, 15])(
    "an up killed after %i s from nothing leaves nothing in the way of the next",
    async (seconds) => {
      const { exitCode, all } = await checkout.run("npm", ["run", "down"]);
      expect(exitCode, all).toBe(0);
      const killed = new AbortController();
      const [outcome] = await Promise.all([
        up({ killSignal: killed.signal }),
        wait(seconds * 1000).then(() => killed.abort()),
      ]);
      expect(outcome.exitCode).not.toBe(0);
      await expectHealthy();
    },
  );

  test("after all of this nothing stands twice", async () => {
    const { service = [] } = await objectsOf(prefix);
    expect(service).toHaveLength(6);
  });
});
