import { execa } from "execa";
import { expect } from "vitest";
import { ensureLocalSettings } from "../cli/local-settings.ts";
import { readLedger } from "../infra/operations/release/ledger.ts";
import type { ReleaseManifest } from "../infra/operations/release/manifest.ts";
import { docker } from "../infra/swarm/docker-client.ts";
import type { Checkout, Outcome, RunOptions } from "./checkout.ts";
import { type LoadResult, startLoad } from "./load.ts";
import { type RunningStack, runningStack } from "./running-stack.ts";
import { setSetting } from "./set-setting.ts";

/** The load of a story: what two processors can bear beside a build of images. */
const REQUESTS_PER_SECOND = 40;

/** What an up under load came to. */
export type Loaded = { outcome: Outcome; load: LoadResult; seconds: number };

/** A stack that is up, in a checkout whose app can be changed. */
export type ReleasedStack = RunningStack & {
  up(options?: RunOptions): Promise<Outcome>;
  /** The same under load. */
  upUnderLoad(options?: RunOptions): Promise<Loaded>;
  set(path: string[], value: unknown): void;
  /** The services' specifications as the engine has them: equal when they are the same to the last word. */
  specs(): Promise<Record<string, unknown>>;
  /** Releases on record, the oldest first; fails where a record was changed or lost. */
  releases(): Promise<ReleaseManifest[]>;
  /** Ids of the restore points that are proven, the oldest first. */
  restorePoints(): Promise<string[]>;
};

/** What `backup list` tells, as far as it is looked at. */
type Listed = { backups: { id: string; kind: string; places: { store: { state: string } } }[] };

/** Limits of requests out of the way of a load, and work that leaves room for one. */
async function makeRoom({ root }: Checkout): Promise<void> {
  await ensureLocalSettings({ root });
  setSetting(root, ["slipway:app", "requestsPerMinute"], 1_000_000);
  setSetting(root, ["slipway:app", "expensiveRequestsPerMinute"], 1_000_000);
  setSetting(root, ["slipway:worker", "cpus"], 0.5);
  // A load beside builds of images on two processors waits now and then; that is no story here.
  setSetting(root, ["slipway:release", "p95MsMax"], 60_000);
}

/** A fresh checkout with its stack up and room for a load. */
export async function releasedStack(): Promise<ReleasedStack> {
  const stack = await runningStack(makeRoom);
  const { checkout, prefix, url, token, api, typed } = stack;
  const up = (options?: RunOptions) => checkout.run("npm", ["run", "up"], options);
  return {
    ...{ ...stack, up, set: (path, value) => setSetting(checkout.root, path, value) },
    async upUnderLoad(options) {
      const stop = await startLoad({ url, token, api, perSecond: REQUESTS_PER_SECOND });
      const started = performance.now();
      const outcome = await up(options);
      const seconds = (performance.now() - started) / 1_000;
      return { outcome, seconds, load: await stop() };
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
    async restorePoints() {
      const { backups } = JSON.parse((await typed("npx slipway backup list --json")).stdout) as Listed;
      const isGood = ({ kind, places }: Listed["backups"][number]) =>
        kind === "restore-point" && places.store.state === "good";
      return backups.filter(isGood).map(({ id }) => id);
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
