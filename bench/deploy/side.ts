import { setTimeout as wait } from "node:timers/promises";
import type { Checkout, Outcome } from "../../e2e/checkout.ts";
import { type Variant, withChange } from "../../e2e/variant.ts";
import type { Footprint } from "./footprint.ts";

/** One way to deploy the app, with a stack of it that is up. */
export type Side = {
  name: string;
  checkout: Checkout;
  url: string;
  token: string;
  deploy(): Promise<Outcome>;
  /** What it takes on the engine. */
  footprint?(): Promise<Footprint>;
  remove(): Promise<void>;
};

/** Of one deploy: until the first answer of the new version, and until the command has ended. */
export type DeployTime = { servingSeconds: number; wholeSeconds: number };

const MARKER = "x-build";
const MINUTES_MAX = 10;

/** A version of the app that tells its number in every answer. */
function numbered(root: string, number: number): Variant {
  const [from, to] = ["string> = {};", `string> = { "${MARKER}": "${number}" };`];
  return withChange(
    root,
    "app/api/security-headers.ts",
    `const headers: Record<string, ${from}`,
    `const headers: Record<string, ${to}`,
  );
}

async function isServing(url: string, number: number): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/health/live`, { headers: { connection: "close" } }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.headers.get(MARKER) === `${number}`;
}

async function secondsUntilServing(url: string, number: number, started: number): Promise<number> {
  for (const until = started + MINUTES_MAX * 60_000; performance.now() < until; await wait(50)) {
    if (await isServing(url, number)) return (performance.now() - started) / 1_000;
  }
  throw new Error(`build ${number} was not served within ${MINUTES_MAX} minutes`);
}

async function timed(side: Side): Promise<number> {
  const started = performance.now();
  const { exitCode, all } = await side.deploy();
  if (exitCode !== 0) throw new Error(`${side.name}: ${all}`);
  return (performance.now() - started) / 1_000;
}

/** Changes the app and deploys it. */
export async function deployNumber(side: Side, number: number): Promise<DeployTime> {
  const variant = numbered(side.checkout.root, number);
  variant.apply();
  try {
    const serving = secondsUntilServing(side.url, number, performance.now());
    const [servingSeconds, wholeSeconds] = await Promise.all([serving, timed(side)]);
    return { servingSeconds, wholeSeconds };
  } finally {
    variant.takeBack();
  }
}

/** Deploys what is there already. The app was taken back to a version without a number, so that comes first. */
export async function noOpSeconds(side: Side): Promise<number> {
  await timed(side);
  return timed(side);
}
