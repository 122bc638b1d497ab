import { execa } from "execa";
import { expect } from "vitest";
import { ensureLocalSettings } from "../cli/local-settings.ts";
import { readLocalStack } from "../cli/local-stack.ts";
import { readLedger } from "../infra/operations/release/ledger.ts";
import type { ReleaseManifest } from "../infra/operations/release/manifest.ts";
import { docker } from "../infra/swarm/docker-client.ts";
import { ApiClient } from "./api-client.ts";
import { type Checkout, freshCheckout, type Outcome, type RunOptions } from "./checkout.ts";
import { type LoadResult, startLoad } from "./load.ts";
import { setSetting } from "./set-setting.ts";

/** The load of a story: what two processors can bear beside a build of images. */
const REQUESTS_PER_SECOND = 40;

/** A stack that is up, in a checkout whose app can be changed. */
export type ReleasedStack = {
  checkout: Checkout;
  prefix: string;
  api: ApiClient;
  up(options?: RunOptions): Promise<Outcome>;
  /** The same under load. */
  upUnderLoad(options?: RunOptions): Promise<{ outcome: Outcome; load: LoadResult }>;
  set(path: string[], value: unknown): void;
  /** The services' specifications as the engine has them: equal when they are the same to the last word. */
  specs(): Promise<Record<string, unknown>>;
  /** Releases on record, the oldest first; fails where a record was changed or lost. */
  releases(): Promise<ReleaseManifest[]>;
  remove(): Promise<void>;
};

async function output(checkout: Checkout, ...args: string[]): Promise<string> {
  const read = ["pulumi", "stack", "output", ...args, "--stack", "local"];
  return (await checkout.run("npx", read)).stdout;
}

/** A fresh checkout with its stack up; limits of requests out of the way of a load, and work that leaves room for one. */
export async function releasedStack(): Promise<ReleasedStack> {
  const checkout = await freshCheckout();
  const up = (options?: RunOptions) => checkout.run("npm", ["run", "up"], options);
  const set = (path: string[], value: unknown) => setSetting(checkout.root, path, value);
  await ensureLocalSettings({ root: checkout.root });
  set(["slipway:app", "requestsPerMinute"], 1_000_000);
  set(["slipway:app", "expensiveRequestsPerMinute"], 1_000_000);
  set(["slipway:worker", "cpus"], 0.5);
  // A load beside builds of images on two processors waits now and then; that is no story here.
  set(["slipway:release", "p95MsMax"], 60_000);
  const first = await up();
  expect(first.exitCode, first.all).toBe(0);
  const { namePrefix: prefix } = await readLocalStack(checkout.root);
  const url = await output(checkout, "url");
  const token = await output(checkout, "apiToken", "--show-secrets");
  const api = new ApiClient(url, token);
  return {
    ...{ checkout, prefix, api, up, set },
    async upUnderLoad(options) {
      const stop = await startLoad({ url, token, api, perSecond: REQUESTS_PER_SECOND });
      const outcome = await up(options);
      return { outcome, load: await stop() };
    },
    async specs() {
      const names = ["backend", "worker", "frontend", "edge"].map((name) => `${prefix}-${name}`);
      const { stdout } = await execa("docker", ["service", "inspect", ...names]);
      const found = JSON.parse(stdout) as { Spec: { Name: string } }[];
      return Object.fromEntries(found.map(({ Spec }) => [Spec.Name, Spec]));
    },
    async releases() {
      const { releases, faults } = await readLedger(prefix, docker);
      expect(faults).toEqual([]);
      return releases.map(({ manifest }) => manifest);
    },
    async remove() {
      const { exitCode, all } = await checkout.run("npm", ["run", "down", "--", "--purge"]);
      if (exitCode !== 0) throw new Error(all);
      checkout.remove();
    },
  };
}

export function expectNothingLost(load: LoadResult): void {
  expect(load.lost).toEqual([]);
  expect(load.sent).toBeGreaterThan(100);
  expect(load.slow).toBeGreaterThan(1);
  expect(load.streams).toBeGreaterThan(0);
}

/** The up ended badly at a gate, and says why. */
export function expectRefused({ exitCode, all }: Outcome, gate: string, reason: RegExp): void {
  expect(exitCode, all).not.toBe(0);
  expect(all).toMatch(new RegExp(`is refused at ${gate}: `));
  expect(all).toMatch(reason);
}
